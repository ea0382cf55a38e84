"""My profile: who the portal thinks I am, and what I can choose myself."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from outbox import kinds
from outbox.models import MailSwitch


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["language", "color_scheme"]
        widgets = {"language": forms.RadioSelect, "color_scheme": forms.RadioSelect}


@require_http_methods(["GET", "POST"])
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        person = form.save()
        with translation.override(person.language):
            messages.success(request, _("Your choices have been saved."))
        return redirect("profile")
    off = MailSwitch.objects.off_for(request.user)
    context = {
        "form": form,
        "mails": [(kind.words, kind.name not in off) for kind in kinds.switchable()],
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)
