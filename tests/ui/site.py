"""The gallery as a site of its own: no database, a made-up reader, the product's content security policy."""

import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

ROOT_URLCONF = __name__


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Signs the made-up reader in, unless the address says otherwise."""
    from headwater.kernel.access import Actor, ActorKind

    def answer(request: HttpRequest) -> HttpResponse:
        everything = dict.fromkeys(["leads.view", "leads.create"], "all")
        reader = Actor(id=1, kind=ActorKind.PERSON, name="林晓彤", permissions=everything)
        request.actor = None if request.path.endswith("sign-in") else reader
        return get_response(request)

    return answer


def configure() -> None:
    if settings.configured:
        return
    settings.configure(
        DEBUG=True,
        SECRET_KEY="gallery",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.ui.site",
        INSTALLED_APPS=["headwater.ui", "django.contrib.messages", "django.contrib.staticfiles"],
        MIDDLEWARE=[
            "csp.middleware.CSPMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "tests.ui.site.middleware",
            "headwater.ui.middleware.RefusalMiddleware",
        ],
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [Path(__file__).resolve().parents[2] / "headwater" / "ui" / "templates"],
                "OPTIONS": {"environment": "headwater.ui.jinja.environment"},
            }
        ],
        CONTENT_SECURITY_POLICY={
            "DIRECTIVES": {
                "default-src": ["'none'"],
                "script-src": ["'self'"],
                "style-src": ["'self'"],
                "img-src": ["'self'", "data:", "blob:"],
                "font-src": ["'self'"],
                "connect-src": ["'self'"],
                "form-action": ["'self'"],
                "base-uri": ["'none'"],
            }
        },
        LANGUAGE_CODE="zh-hans",
        LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
        TIME_ZONE="Asia/Shanghai",
        USE_TZ=True,
        STATIC_URL="/static/",
        LOGIN_URL="/_gallery/sign-in",
    )


def fill() -> None:
    """The navigation that the rooms would bring."""
    from headwater.ui import navigation, shell
    from headwater.ui.navigation import Command, NavItem

    items = [
        NavItem("workbench", "工作台", "/", "house", order=1, phone=True),
        NavItem(
            "leads",
            "线索",
            "/_gallery/list",
            "users-round",
            order=2,
            phone=True,
            badge=lambda _r: 48,
            match=("/_gallery/record",),
        ),
        NavItem("pools", "线索池", "/pools", "droplets", order=3, phone=True, badge=lambda _r: 5, alert=True),
        NavItem("work", "工作", "/work", "messages-square", order=4),
        NavItem("accounts", "客户", "/accounts", "building-2", group="sales"),
        NavItem("contacts", "联系人", "/contacts", "contact", group="sales"),
        NavItem("opportunities", "商机", "/_gallery/board", "target", group="sales", phone=True),
        NavItem("orders", "订单与回款", "/orders", "receipt", group="sales"),
        NavItem("campaigns", "市场活动", "/campaigns", "megaphone", group="marketing"),
        NavItem("channels", "渠道", "/channels", "share-2", group="marketing"),
        NavItem("tickets", "工单", "/tickets", "headset", group="service"),
        NavItem("dashboards", "数据看板", "/dashboards", "chart-column", group="insight"),
        NavItem("gallery", "组件", "/_gallery", "palette", group="administration"),
        NavItem("settings", "设置", "/settings", "settings", group="administration"),
    ]
    for item in items:
        navigation.register(item)
    navigation.register_command(
        Command("lead", "新建线索", "/_gallery/form", "user-plus", create=True, keywords="new lead xinjian")
    )
    navigation.register_command(
        Command("paste", "粘贴成线索", "/_gallery/form", "clipboard-paste", create=True)
    )
    shell.register_bell(url="/_gallery/timeline", poll_url="/_gallery/unread.json", unread=lambda _r: 3)
    shell.register_user_link("个人设置", "/settings/me", "settings-2")
    shell.register_sign_out("/sign-out")


configure()
urlpatterns = [path("", include("headwater.ui.urls"))]


def serve(port: int) -> None:
    """Serve until killed."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    application = StaticFilesHandler(get_wsgi_application())
    fill()
    from headwater.ui import gallery, web  # noqa: F401

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            if len(args) > 2 and str(args[2]).startswith("5"):
                sys.stderr.write(f"{args}\n")

    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(application)
    server.serve_forever()


if __name__ == "__main__":
    sys.modules["tests.ui.site"] = sys.modules["__main__"]
    serve(int(sys.argv[1]))
