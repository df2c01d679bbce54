"""`headwater import leads FILE`, with and without a worker elsewhere."""

from pathlib import Path

import pytest

from headwater.leads.models import Lead
from headwater.pools.services import ensure_default_pool
from tests.organization.factories import make_user
from tests.processes import Product

pytestmark = pytest.mark.slow


def test_a_file_becomes_leads_from_the_command_line(product: Product, tmp_path: Path) -> None:
    ensure_default_pool()
    admin = make_user("管理员", role="admin")
    file = tmp_path / "名单.csv"
    rows = "".join(f"客户{number},138{number:08d},杭州{number}公司\n" for number in range(50))
    file.write_bytes(("姓名,手机,公司\n" + rows + "坏号码,12,公司\n").encode("gb18030"))
    done = product.start("import", "leads", str(file), "--user", admin.email)
    assert done.finish() == 0, done.text()
    assert "50 created" in done.text()
    assert "1 failed" in done.text()
    assert Lead.objects.count() == 50

    product.start_worker()
    again = product.start("import", "leads", str(file), "--user", admin.email)
    assert again.finish() == 0, again.text()
    assert Lead.objects.count() == 50
    assert "50 skipped" in again.text()
