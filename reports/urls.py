from django.urls import path

from reports import views

urlpatterns = [
    path("rapporter/", views.reports, name="reports"),
    path("rapporter/nytt/", views.report_new, name="report-new"),
    path("rapporter/<int:pk>/", views.report, name="report"),
    path("rapporter/<int:pk>/text/", views.report_edit, name="report-edit"),
    path("rapporter/<int:pk>/publicering/", views.report_publish, name="report-publish"),
    path("rapporter/<int:pk>/ny-utgava/", views.report_correction, name="report-correction"),
]
