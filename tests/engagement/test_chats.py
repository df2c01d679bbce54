"""Chats of WeChat and QQ: pasted or exported, looked at, put on a timeline once."""

import io
import json
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from headwater.engagement.models import Activity, Task
from headwater.engagement.services import chat_files, follow_up
from headwater.engagement.services.chat_files import CLOSE, OPEN, read_exports
from headwater.engagement.services.chat_imports import import_chat, preview_chat
from headwater.engagement.services.chats import parse_chat
from headwater.kernel import clock
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import store_file
from tests.engagement.things import access, heard, make_rep, make_thing
from tests.organization.factories import client_for

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "hw-dialog"}
WECHAT = """—————  2026-11-20  —————

王总  10:03
价格发我一份

小李  10:05
好的，稍等
[图片: image/price.png]

—————  2026-11-21  —————

王总  下午3:20
收到，周三见
"""


def picture(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def upload(user: Any, name: str, content: bytes) -> int:
    return store_file(access(user, "files.create"), SimpleUploadedFile(name, content)).pk


def test_days_stand_above_the_messages_they_hold_for() -> None:
    messages = parse_chat(WECHAT)
    assert [(one["sender"], one["at"][:16]) for one in messages] == [
        ("王总", "2026-11-20T10:03"),
        ("小李", "2026-11-20T10:05"),
        ("王总", "2026-11-21T15:20"),
    ]
    assert messages[1]["text"].startswith("好的，稍等")


def test_exports_of_qq_and_others_are_read() -> None:
    rows = """<tr><td>日期: 2026-11-20</td></tr>
      <tr><td><div style="x"><div style="float:left">张三(123456)</div>10:03:11</div>
      <div><font>你好<br>在吗</font></div></td></tr><script>alert(1)</script>
      <tr><td><div><div>小李</div>10:04:00</div><div><img src="{A1}.dat"></div></td></tr>"""
    mht = EmailMessage()
    mht["Subject"] = "消息记录"
    mht.set_content(f"<html><body><table>{rows}</table></body></html>", subtype="html")
    mht.add_related(picture(), "image", "png")
    next(part for part in mht.walk() if part.get_content_type() == "image/png")["Content-Location"] = (
        "{A1}.dat"
    )
    found = read_exports([("qq.mht", mht.as_bytes())])
    messages = parse_chat(found.text)
    assert [(one["sender"], one["at"][:19]) for one in messages] == [
        ("张三", "2026-11-20T10:03:11"),
        ("小李", "2026-11-20T10:04:00"),
    ]
    assert messages[0]["text"] == "你好\n在吗"
    assert messages[1]["text"].strip() == f"{OPEN}{{a1}}.dat{CLOSE}"
    assert list(found.pictures) == ["{a1}.dat"]
    text = "2026-11-20 10:03:11 张三\n你好\n\n2026-11-20 10:04:00 小李\n您好"
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        assert len(parse_chat(read_exports([("qq.txt", text.encode(encoding))]).text)) == 2


def test_bad_uploads_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(a_txt=b"0" * 30_000_000)
    assert len(bomb) < 100_000
    locked = bytearray(archive(a_txt=b"x"))
    locked[6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    many = archive(**{f"a{number}_txt": b"" for number in range(30)})
    monkeypatch.setattr(chat_files, "MOST_ENTRIES", 20)
    for name, content in (
        ("bomb.zip", bomb),
        ("locked.zip", bytes(locked)),
        ("many.zip", many),
        ("cut.zip", archive(a_txt=b"x" * 1000)[:60]),
        ("a.exe", b"MZ"),
        ("a.pdf", b"%PDF-1.4"),
    ):
        with pytest.raises(Invalid):
            read_exports([(name, content)])
    spoofed = archive(image__price_png=b"<svg onload=alert(1)>", chat_txt=WECHAT.encode())
    assert read_exports([("a.zip", spoofed)]).pictures == {}
    nested = archive(inner_zip=bomb, chat_txt=WECHAT.encode())
    assert parse_chat(read_exports([("a.zip", nested)]).text)


def test_a_chat_becomes_one_follow_up_with_its_pictures_and_comes_in_once() -> None:
    rep = make_rep("小李")
    ref = make_thing(rep)
    export = archive(chat_txt=WECHAT.encode(), image__price_png=picture())
    file_id = upload(rep, "chat.zip", export)
    create = access(rep, "activities.create")
    seen = preview_chat(create, ref, kind="wechat", file_ids=[file_id])
    assert (len(seen.messages), seen.known, seen.pictures) == (3, 0, 1)
    assert {one.name: one.is_us for one in seen.senders} == {"王总": False, "小李": True}
    assert not Activity.objects.exists()

    tomorrow = clock.now() + timedelta(days=1)
    follow_up(create, ref.record_type, ref.record_id, kind="call", content="约周三", next_at=tomorrow)
    heard.clear()
    made = import_chat(create, ref, kind="wechat", file_ids=[file_id], us=["小李"])
    assert (heard[0].next_at, Task.objects.get().done_at) == (tomorrow, None)  # what is planned stays
    assert made is not None
    (kept,) = StoredFile.objects.filter(record_type="activity", record_id=made.pk)
    assert [one["side"] for one in made.messages] == ["them", "us", "them"]
    assert made.messages[1]["pictures"] == [kept.pk]
    assert made.messages[1]["text"] == "好的，稍等"
    assert made.occurred_at.isoformat().startswith("2026-11-21T07:20")

    assert import_chat(create, ref, kind="wechat", file_ids=[file_id]) is None
    longer = f"{WECHAT}\n小李  15:30\n一言为定\n"
    more = import_chat(create, ref, kind="wechat", text=longer)
    assert more is not None
    assert [one["text"] for one in more.messages] == ["一言为定"]
    assert Activity.objects.filter(kind="wechat").count() == 2


def test_the_dialog(settings: Any) -> None:
    rep, other = make_rep("小李"), make_rep("旁人")
    ref = make_thing(rep)
    client, url = client_for(rep), f"/chats/thing/{ref.record_id}"
    assert "multipart" in client.get(url, headers=HTMX).content.decode()
    export = SimpleUploadedFile("chat.zip", archive(chat_txt=WECHAT.encode(), image__price_png=picture()))
    html = client.post(f"{url}/preview", {"kind": "wechat", "files": export}, headers=HTMX).content.decode()
    assert "收到，周三见" in html
    (file_id,) = StoredFile.objects.values_list("pk", flat=True)
    given = {"kind": "wechat", "file_ids": file_id, "us": "小李", "text": ""}
    assert client.post(url, given, headers=HTMX).status_code == 204
    assert client.post(url, given, headers=HTMX).status_code == 204
    made = Activity.objects.get()
    line = made.messages[1]["pictures"][0]
    timeline = client.get(
        f"/timeline/thing/{ref.record_id}", headers={"HX-Request": "true", "HX-Target": "hw-timeline"}
    )
    assert f"/files/{line}?inline=1" in timeline.content.decode()
    shown = client.get(f"/files/{line}?inline=1")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert "价格发我一份" in client.get(f"/follow-ups/{made.pk}/chat").content.decode()
    assert client_for(other).get(f"/files/{line}").status_code == 404
    assert client_for(other).post(f"{url}/preview", {"kind": "wechat", "text": WECHAT}).status_code == 404
    assert Client().get(f"/files/{line}").status_code in (302, 303, 401)
    none = client.post(f"{url}/preview", {"kind": "wechat", "text": "只是一句话"}, headers=HTMX)
    assert none.status_code == 422


def test_long_chats_are_folded_and_programs_do_the_same() -> None:
    rep = make_rep()
    ref = make_thing(rep)
    client = client_for(rep)
    text = "\n".join(f"王总 2026-11-20 10:{n // 60:02d}:{n % 60:02d}\n第 {n} 句" for n in range(300))
    body = {"record_type": "thing", "record_id": ref.record_id, "kind": "qq", "text": text, "us": []}

    def post(path: str) -> Any:
        return client.post(path, json.dumps(body), content_type="application/json")

    told = post("/api/v1/chats/preview").json()
    assert (told["new"], told["known"], len(told["messages"])) == (300, 0, 100)
    assert [post("/api/v1/chats").status_code for _turn in range(2)] == [201, 204]
    html = client.get(f"/timeline/thing/{ref.record_id}").content.decode()
    assert "第 299 句" in html
    assert "第 100 句" not in html
    body["record_id"] = 2**40
    assert post("/api/v1/chats").status_code == 404
    with pytest.raises(NotFound):
        preview_chat(access(rep, "activities.create"), make_thing(None), kind="qq", text=text)
