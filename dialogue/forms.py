from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField, CleanTextField
from dialogue.models import Comment


class CommentForm(forms.Form):
    """A comment on a subject, or an answer to one; `draft_key` names what is typed but not sent."""

    text = CleanTextField(
        label=_("Write a comment"),
        max_length=Comment.MAX_LENGTH,
        help_text=_(
            "Everybody in the portal can read it, and anybody may ask for it as a public record. "
            "Leave out what is secret and what is private to a person."
        ),
        error_messages={
            "required": _("Write a comment."),
            "max_length": _(
                "Shorten the comment to at most %(limit_value)d characters; "
                "it has %(show_value)d now."
            ),
        },
    )

    def __init__(self, *args, draft_key, draft=None, answer_to=None, **kwargs):
        place = answer_to.pk if answer_to else "new"
        if draft:
            kwargs["initial"] = {"text": draft.data["text"]}
        super().__init__(*args, auto_id=f"write-{place}-%s", **kwargs)
        self.draft_key, self.draft = draft_key, draft
        self.answer_to = answer_to
        if answer_to:
            self.fields["answer_to"] = forms.IntegerField(
                initial=answer_to.pk, widget=forms.HiddenInput, required=False
            )
            field = self.fields["text"]
            field.label = _("Your answer")
            field.error_messages["required"] = _("Write an answer.")
            field.widget.attrs["rows"] = 3


class WithdrawalForm(forms.Form):
    reason = CleanCharField(
        label=_("Why"),
        max_length=300,
        error_messages={"required": _("Say why the comment is taken away.")},
    )

    def __init__(self, *args, is_author, **kwargs):
        super().__init__(*args, **kwargs)
        if is_author:
            self.fields["reason"].required = False
