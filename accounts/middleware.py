"""Sessions that end, the language of the person, and typed text that outlives both."""


class AbsoluteSessionLimit:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class PersonLanguage(AbsoluteSessionLimit):
    pass


class KeepTypedText(AbsoluteSessionLimit):
    pass
