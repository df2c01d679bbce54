"""What a supervisor, a load balancer and Prometheus ask. Not signed in, so they tell nothing about people."""

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from headwater.platform.observability.health import database_answers, migrations_applied
from headwater.platform.observability.metrics import exposition

_migrated = False


def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """This process can serve: the database answers and is migrated. 503 otherwise."""
    global _migrated
    findings = [database_answers()]
    if findings[0].good and not _migrated:  # asked until it is so; a release never un-migrates
        findings.append(migrations_applied())
        _migrated = findings[-1].good
    ready = all(finding.good for finding in findings)
    told = {finding.name: "ok" if finding.good else "failing" for finding in findings}
    return JsonResponse({"ready": ready, **told}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' figures: for the holder of HEADWATER_METRICS_TOKEN or, without one, for this machine."""
    if not _may_read_metrics(request):
        return HttpResponse(
            "Not for you: see HEADWATER_METRICS_TOKEN.\n", status=403, content_type="text/plain"
        )
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        wanted = f"Bearer {settings.METRICS_TOKEN}"
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False  # through a reverse proxy everybody looks local
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
