"""The addresses of the room. Names beginning with account_, mfa_ and usersessions_ are allauth's own."""

from allauth.mfa.recovery_codes import views as recovery
from django.urls import path, re_path
from django.views.generic.base import RedirectView

from headwater.organization.web import (
    account,
    audit,
    bots,
    departments,
    general,
    home,
    inbox,
    notices,
    people,
    roles,
    security,
    sign_in,
    welcome,
)

_to_security = RedirectView.as_view(pattern_name="mfa_index")

urlpatterns = [
    path("welcome", welcome.welcome, name="welcome"),
    path("join/<str:token>", welcome.join, name="join"),
    # signing in and out
    path("sign-in", sign_in.SignInView.as_view(), name="account_login"),
    path("sign-in/factor", sign_in.SecondFactorView.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey", sign_in.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("sign-in/inactive", sign_in.DeactivatedView.as_view(), name="account_inactive"),
    path("sign-in/again", sign_in.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("sign-in/again/code", sign_in.ReauthenticateByCodeView.as_view(), name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey",
        sign_in.ReauthenticateByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-up", sign_in.NoSignUpView.as_view(), name="account_signup"),
    path("sign-out", sign_in.SignOutView.as_view(), name="account_logout"),
    # a forgotten password
    path("password/forgotten", sign_in.ForgottenView.as_view(), name="account_reset_password"),
    path("password/forgotten/sent", sign_in.ForgottenSentView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        sign_in.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/saved", sign_in.NewPasswordSavedView.as_view(), name="account_reset_password_from_key_done"
    ),
    # what I am told
    path("notifications", inbox.inbox, name="notifications"),
    path("notifications/unread.json", inbox.unread, name="notifications_unread"),
    path("notifications/read", inbox.read_all, name="notifications_read"),
    path("notifications/<int:notification_id>", inbox.follow, name="notification_follow"),
    path("notifications/escalations/<int:escalation_id>", notices.take_care, name="escalation_take"),
    # how I sign in
    path("settings/security", security.security, name="mfa_index"),
    path("settings/security/sessions", _to_security, name="usersessions_list"),
    path("settings/security/sessions/<int:session_id>/end", security.end_session, name="session_end"),
    path("settings/security/sessions/end-others", security.end_other_sessions, name="sessions_end_others"),
    path("settings/security/email", _to_security, name="account_email"),
    path("settings/security/password", security.ChangePasswordView.as_view(), name="account_change_password"),
    path("settings/security/password/set", security.SetPasswordView.as_view(), name="account_set_password"),
    path("settings/security/app", security.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("settings/security/app/off", security.DeactivateAppView.as_view(), name="mfa_deactivate_totp"),
    path("settings/security/codes", security.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "settings/security/codes/new",
        security.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/security/codes/file",
        recovery.DownloadRecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("settings/security/passkeys", _to_security, name="mfa_list_webauthn"),
    path("settings/security/passkeys/add", security.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        "settings/security/passkeys/<int:pk>/remove",
        security.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "settings/security/passkeys/<int:pk>/rename",
        security.RenamePasskeyView.as_view(),
        name="mfa_edit_webauthn",
    ),
    # my account
    path("settings", home.settings_home, name="settings"),
    path("settings/account", account.account, name="account"),
    path("settings/notifications", notices.notifications, name="notification_switches"),
    path("settings/notifications/switch", notices.switch_notification, name="notification_switch"),
    path("settings/notifications/when", notices.save_preference, name="notification_preference"),
    path("settings/tokens", account.tokens, name="tokens"),
    path("settings/tokens/new", account.new_token, name="token_new"),
    path("settings/tokens/<int:token_id>/end", account.end_token, name="token_end"),
    # the company
    path("settings/general", general.general, name="settings_general"),
    path("settings/people", people.people, name="people"),
    path("settings/people/invite", people.invite, name="person_invite"),
    path("settings/people/<int:user_id>", people.person, name="person"),
    path("settings/people/<int:user_id>/edit", people.edit, name="person_edit"),
    path("settings/people/<int:user_id>/renew", people.renew, name="person_renew"),
    path("settings/people/<int:user_id>/deactivate", people.deactivate, name="person_deactivate"),
    path("settings/people/<int:user_id>/reactivate", people.reactivate, name="person_reactivate"),
    path("settings/people/<int:user_id>/factors/remove", people.remove_factors, name="person_factors"),
    path("settings/people/<int:user_id>/sessions/end", people.end_sessions, name="person_sessions"),
    path("settings/departments", departments.departments, name="departments"),
    path("settings/departments/new", departments.new, name="department_new"),
    path("settings/departments/<int:department_id>/edit", departments.edit, name="department_edit"),
    path("settings/departments/<int:department_id>/archive", departments.archive, name="department_archive"),
    path("settings/departments/<int:department_id>/restore", departments.restore, name="department_restore"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new, name="role_new"),
    path("settings/roles/<int:role_id>", roles.role, name="role"),
    path("settings/roles/<int:role_id>/fields", roles.role_fields, name="role_fields"),
    path("settings/roles/<int:role_id>/rename", roles.rename, name="role_rename"),
    path("settings/roles/<int:role_id>/copy", roles.copy, name="role_copy"),
    path("settings/roles/<int:role_id>/delete", roles.delete, name="role_delete"),
    path("settings/bots", bots.group_bots, name="group_bots"),
    path("settings/bots/new", bots.new, name="group_bot_new"),
    path("settings/bots/retry", bots.retry, name="delivery_retry"),
    path("settings/bots/<int:bot_id>/edit", bots.edit, name="group_bot_edit"),
    path("settings/bots/<int:bot_id>/test", bots.send_test, name="group_bot_test"),
    path("settings/bots/<int:bot_id>/remove", bots.remove, name="group_bot_remove"),
    path("settings/audit", audit.log, name="audit"),
]
