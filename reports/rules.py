"""Who may do what with period reports (docs/product.md section 3)."""

from rules import add_perm

from accounts.rules import is_city_director, is_signed_in, is_support

add_perm("reports.edit", is_city_director | is_support)
# Which ones can be seen at all is said by `ProgressReport.objects.visible_to`.
add_perm("reports.view_report", is_signed_in)
