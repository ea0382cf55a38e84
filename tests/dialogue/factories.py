from dialogue.models import Comment
from tests.factories import NOW, make_person


def make_comment(subject, text="I wonder", *, by=None, at=NOW, answer_to=None):
    return Comment.write(subject, by=by or make_person(), at=at, text=text, answer_to=answer_to)
