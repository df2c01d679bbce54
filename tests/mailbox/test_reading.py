"""Mails as they come over the wire, read."""

import base64
import time
from email.message import EmailMessage

import pytest

from headwater.mailbox.reading import read_mail
from headwater.mailbox.reading.bodies import html_text, split_quoted
from headwater.mailbox.reading.signatures import numbers
from headwater.mailbox.types import Why
from tests.mailbox.server import letter


def raw(head: str, body: bytes, *, encoding: str = "ascii") -> bytes:
    return head.strip().encode(encoding).replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("label", "encoding"),
    [("gb2312", "gbk"), ("GBK", "gb18030"), ("utf-8", "gbk"), ("x-unknown", "utf-8"), ("us-ascii", "gbk"),
     ("iso-8859-1", "utf-8"), ("big5", "big5")],
)  # fmt: skip
def test_texts_are_read_whatever_their_label_claims(label: str, encoding: str) -> None:
    text = "您好，我們想了解價格" if encoding == "big5" else "您好，我们想了解镕基楼盘的价格"
    subject = base64.b64encode("关于报价".encode("gb18030")).decode()
    head = f"""
From: =?gb2312?B?{base64.b64encode("王芳".encode("gbk")).decode()}?= <Wang.Fang@Customer.example>
Subject: =?gb2312?B?{subject}?=
Message-ID: <a@b>
Content-Type: text/plain; charset={label}
Content-Transfer-Encoding: 8bit"""
    read = read_mail(raw(head, text.encode(encoding)))
    assert (read.text, read.subject) == (text, "关于报价")
    assert (read.sender, read.sender_name) == ("wang.fang@customer.example", "王芳")


def test_malformed_mails_are_read_as_far_as_they_go() -> None:
    words = "价格怎么样".encode("gb18030")
    cut = raw("From: 王芳 wang@a.example>\nSubject: =?utf-8?B?5oql5Lu3X", b"hi", encoding="gb18030")
    assert read_mail(cut).sender == "wang@a.example"
    bytes_in_head = raw("From: 王芳 <wang@a.example>\nSubject: 报价", words, encoding="gb18030")
    read = read_mail(bytes_in_head)
    assert (read.sender_name, read.subject, read.text) == ("王芳", "报价", "价格怎么样")
    no_end = raw(
        'From: a@b.example\nContent-Type: multipart/mixed; boundary="x"',
        b"--x\r\nContent-Type: text/plain; charset=\r\n\r\nhello\r\n--x\r\nContent-Type: image/png;\r\n",
    )
    assert read_mail(no_end).text == "hello"
    for junk in (
        b"",
        b"\0" * 1000,
        b"\xff\xfe\n\n",
        b"From: @\nDate: never\nReferences: <<>>\n\n",
        b":" * 5000,
    ):
        assert read_mail(junk).why in (Why.NO_SENDER, Why.BROKEN)
    split = "=?utf-8?B?" + base64.b64encode("想了解价格".encode()[:7]).decode() + "?=\r\n "
    split += "=?utf-8?B?" + base64.b64encode("想了解价格".encode()[7:]).decode() + "?="
    assert read_mail(f"From: a@b.example\r\nSubject: {split}\r\n\r\nx".encode()).subject == "想了解价格"


def test_bombs_cost_little() -> None:
    flat = EmailMessage()
    flat["From"], flat["Subject"] = "a@b.example", "many"
    flat.set_content("text")
    for number in range(1000):
        flat.add_attachment(b"x" * 20, maintype="image", subtype="png", filename=f"{number}.png")
    deep = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
    for number in range(1000):
        deep += f'Content-Type: multipart/mixed; boundary="b{number}"\r\n\r\n--b{number}\r\n'.encode()
    wide = (
        b"From: "
        + b"(" * 100_000
        + b"a@b.example\r\nSubject: "
        + b"=?utf-8?Q?" * 50_000
        + b"\r\n\r\n"
        + b"> \n" * 200_000
    )
    started = time.perf_counter()
    read = read_mail(flat.as_bytes())
    assert (read.text, len(read.attachments), len(read.left_out)) == ("text", 20, 20)
    assert read_mail(deep + b"x" * 1_000_000).why == Why.BROKEN
    assert read_mail(wide).subject
    html = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<!--<a <![" * 100_000
    read_mail(html)
    assert time.perf_counter() - started < 5


def test_the_answer_and_what_it_repeats_are_told_apart() -> None:
    for quoted in (
        "在 2026年11月20日 星期五 10:03，销售 <sales@example.com> 写道：\n> 您要多少",
        '------------------ 原始邮件 ------------------\n发件人: "销售" <s@a.cn>;\n主题: 报价\n\n多少',
        'At 2026-11-20 10:03:00, "销售" <s@example.com> wrote:\n>您好',
        "On Fri, Nov 20, 2026 at 10:03 AM Sales Department\n<sales@example.com> wrote:\n> hi",
        "发件人: 销售 <s@example.com>\n发送时间: 2026年11月20日 10:03\n收件人: 王芳\n主题: 报价\n\n您要多少",
        "-----Original Message-----\nFrom: Sales\nSent: Friday\n\nhi",
        "________________________________\nFrom: Sales <s@a.example>\nSent: Friday\nSubject: x\n\nhi",
        "> 您要多少",
    ):
        assert split_quoted(f"可以，周三见。\n\n王芳\n\n{quoted}") == ("可以，周三见。\n\n王芳", quoted)
    below = "> 您要多少\n> 请告知\n\n一百个"
    assert split_quoted(below) == ("一百个", "> 您要多少\n> 请告知")
    assert split_quoted("来自：展会\n主题公园的票价") == ("来自：展会\n主题公园的票价", "")


def test_html_becomes_words() -> None:
    html = """<html><head><title>t</title><style>p{}</style></head><body><p>您好，<b>王</b>先生</p>
    <div>价格<br>多少</div><script>alert(1)</script><table><tr><td>型号</td><td>A1</td></tr></table>
    <img src="https://spy.example/p.png"><p>1 &lt; 2</p></body></html>"""
    assert html_text(html) == "您好，王先生\n\n价格\n多少\n\n型号 A1\n\n1 < 2"


def test_who_passed_it_on_and_whom_it_is_from() -> None:
    text = """小李，请跟进。

---------- Forwarded message ---------
发件人： 陈立 <chenli@huanyu.example>
日期： 2026年11月20日周五 10:03
主题： 想了解方案
收件人： <info@yunfan.example>

我们是一家物流公司。
陈立 138 0013 8000"""
    inner = read_mail(letter(text, Subject="转发：想了解方案").as_bytes()).inner
    assert inner is not None
    assert (inner.sender, inner.sender_name, inner.subject) == ("chenli@huanyu.example", "陈立", "想了解方案")
    assert inner.text == "我们是一家物流公司。\n陈立 138 0013 8000"
    assert inner.note == "小李，请跟进。"
    attached = EmailMessage()
    attached["From"], attached["Subject"] = "boss@partner.example", "Fwd: x"
    attached.set_content("see below")
    attached.add_attachment(letter("询价正文"))
    found = read_mail(attached.as_bytes()).inner
    assert found is not None
    assert (found.sender, found.text) == ("wangfang@customer.example", "询价正文")
    assert read_mail(letter("On Friday X wrote:\n> hi\nok").as_bytes()).inner is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"From": "MAILER-DAEMON@mx.example"}, Why.BOUNCE),
        ({"Auto-Submitted": "auto-replied"}, Why.AUTO_REPLY),
        ({"Subject": "自动回复: 报价"}, Why.AUTO_REPLY),
        ({"Precedence": "bulk"}, Why.NEWSLETTER),
        ({"List-Id": "<news.example>"}, Why.NEWSLETTER),
        ({"From": "no-reply@shop.example"}, Why.NEWSLETTER),
        ({"Auto-Submitted": "no"}, Why.NONE),
        ({"From": "newsome@shop.example"}, Why.NONE),
    ],
)
def test_what_nobody_wrote_is_recognised(headers: dict[str, str], why: Why) -> None:
    assert read_mail(letter(**headers).as_bytes()).why == why


def test_attachments() -> None:
    mail = letter("见附件", files=[("报价单.pdf", b"%PDF-1.4"), ("winmail.dat", b"x" * 10)])
    mail.add_attachment(b"\x89PNG" + b"x" * 100, maintype="image", subtype="png", cid="<logo>")
    read = read_mail(mail.as_bytes())
    assert [one.name for one in read.attachments] == ["报价单.pdf"]
    assert read.left_out == (("winmail.dat", "format"),)


def test_numbers_people_sign_with() -> None:
    signed = "王芳\n云帆科技\n手机：１３８ ００１３ ８０００\n电话：(021) 6288-1234\n订单 20261120103311"
    assert numbers(signed) == {"mobile": "+8613800138000", "phone": "+862162881234"}
    assert numbers("订单号 2026112010331122，金额 12345.67") == {}
