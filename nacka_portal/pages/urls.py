"""The pages that show things from several apps."""

urlpatterns = []
