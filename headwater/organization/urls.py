"""The addresses of the room. Names beginning with account_, mfa_ and usersessions_ are allauth's own."""

from allauth.mfa.recovery_codes import views as recovery
from django.urls import path, re_path
from django.views.generic.base import RedirectView

from headwater.organization.web import security, sign_in, welcome

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
]
