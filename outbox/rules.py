"""Who may read the outbox: mails are personal, so only those who answer for the sending."""

from rules import add_perm

from accounts.rules import is_city_director, is_support

add_perm("outbox.view", is_city_director | is_support)
