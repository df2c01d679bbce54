"""The addresses of inbound mail."""

from django.urls import path

from headwater.mailbox.web import mails, screens

urlpatterns = [
    path("settings/mailboxes", screens.mailbox_list, name="mailboxes"),
    path("settings/mailboxes/new", screens.new_mailbox, name="mailbox_new"),
    path("settings/mailboxes/archive", screens.archive_many, name="mailboxes_archive"),
    path("settings/mailboxes/<int:mailbox_id>", screens.mailbox_page, name="mailbox_page"),
    path("settings/mailboxes/<int:mailbox_id>/edit", screens.edit_mailbox, name="mailbox_edit"),
    path("settings/mailboxes/<int:mailbox_id>/test", screens.try_out, name="mailbox_test"),
    path("settings/mailboxes/<int:mailbox_id>/poll", screens.poll, name="mailbox_poll"),
    path("settings/mailboxes/<int:mailbox_id>/restore", screens.restore, name="mailbox_restore"),
    path("mails", mails.mail_list, name="mails"),
    path("mails/many/<str:act>", mails.many, name="mails_many"),
    path("mails/<int:mail_id>", mails.mail_page, name="mail_page"),
    path("mails/<int:mail_id>/attach", mails.attach, name="mail_attach"),
    path("mails/<int:mail_id>/<str:act>", mails.one, name="mail_act"),
]
