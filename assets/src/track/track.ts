// The script of a tracked site: it runs in visitors' pages, not in ours. Nothing is stored or sent before they agreed, or
// at all when their browser asks not to be tracked. The server writes the site's facts in place of __HEADWATER__.
// headwater.consent(true | false) tells the answer of the site's own banner, or a withdrawal; headwater.visitor() is who
// this is, for forms of the site's own ("" without consent).

interface Facts {
  url: string;
  mode: "ask" | "call" | "none";
  hosts: string[];
  more: string;
  words: Record<"zh" | "en", [text: string, yes: string, no: string, more: string]>;
}
interface Hit { k: "page" | "form" | "download"; p: string; n: string; d: string; at: number }
declare const __HEADWATER__: Facts;

(() => {
  const facts = __HEADWATER__;
  const doc = document, nav = navigator as Navigator & { globalPrivacyControl?: boolean };
  const home = new URL(facts.url);
  const name = home.pathname.slice(3);
  const isLeftAlone = nav.doNotTrack === "1" || nav.globalPrivacyControl === true;
  const memory: Record<string, string> = {};
  const most = 100, atOnce = 25;

  // Storage may be forbidden; then a page view knows itself alone.
  const key = (part: string) => `hw.${name}.${part}`;
  const get = (part: string) => { try { return localStorage.getItem(key(part)) ?? ""; } catch { return memory[part] ?? ""; } };
  const set = (part: string, value: string) => {
    memory[part] = value;
    try { if (value) localStorage.setItem(key(part), value); else localStorage.removeItem(key(part)); } catch { /* memory has it */ }
  };

  const mayTrack = () => !isLeftAlone && (facts.mode === "none" ? get("c") !== "0" : get("c") === "1");
  const visitor = () => {
    if (!mayTrack()) return "";
    if (!get("v")) set("v", Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""));
    return get("v");
  };

  // --- how they got here: kept in memory until the first event tells it
  const params = new URLSearchParams(location.search);
  let link = params.get("hw_l") ?? "";
  let touch: Record<string, string> | null = {};
  for (const word of ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "bd_vid", "clickid", "msclkid", "qz_gdt", "gdt_vid"]) {
    const value = params.get(word);
    if (value) touch[word.includes("gdt") ? "gdt" : word] = value.slice(0, 200);
  }
  try {
    const from = new URL(doc.referrer);
    const isOwn = (host: string) => from.hostname === host || from.hostname.endsWith("." + host);
    if (from.hostname !== location.hostname && !facts.hosts.some(isOwn)) touch["ref"] = (from.origin + from.pathname).slice(0, 200);
  } catch { /* typed, or hidden */ }
  touch = Object.keys(touch).length ? { ...touch, landing: location.pathname.slice(0, 300) } : null;
  if (link) {
    // Who copies the address must not pass the mark on.
    params.delete("hw_l");
    const rest = params.toString();
    history.replaceState(history.state, "", location.pathname + (rest ? "?" + rest : "") + location.hash);
  }

  // --- events
  let queue: Hit[] = [];
  let timer = 0, pause = 1000, isSending = false, last = "";

  const record = (k: Hit["k"], p: string, d = "") => {
    if (!mayTrack()) return;
    queue.push({ k, p: p.slice(0, 300) || "/", n: doc.title.slice(0, 150), d: d.trim().slice(0, 200), at: Date.now() });
    if (queue.length > most) queue.shift();
    timer ||= window.setTimeout(send, pause);
  };
  const page = () => {
    const here = location.pathname + (/^#!?\//.test(location.hash) ? location.hash : "");
    if (here !== last && mayTrack()) { last = here; record("page", here); }
  };
  const body = (hits: Hit[]) => JSON.stringify({
    v: visitor(), e: hits.map(({ at, ...hit }) => ({ ...hit, a: Math.min(Math.max(0, Date.now() - at), 86_400_000) })),
    ...(touch && { o: touch }), ...(link && { l: link.slice(0, 80) }),
  });
  const done = (hits: Hit[]) => { queue = queue.filter((hit) => !hits.includes(hit)); touch = null; link = ""; pause = 1000; };
  const post = (text: string) => fetch(facts.url, { method: "POST", body: text, keepalive: true, credentials: "omit" });

  async function send() {
    timer = 0;
    const hits = queue.slice(0, atOnce);
    if (!hits.length || isSending || !mayTrack()) return;
    isSending = true;
    try {
      const { status } = await post(body(hits));
      if (status === 429 || status >= 500) throw status;
      done(hits); // taken, or refused for ever
    } catch {
      pause = Math.min(pause * 2, 60_000);
    }
    isSending = false;
    if (queue.length) timer ||= window.setTimeout(send, pause);
  }
  const leave = () => {
    const hits = queue.slice(0, atOnce);
    if (hits.length && !isSending && mayTrack() && nav.sendBeacon(facts.url, body(hits))) done(hits);
  };

  // --- forms of ours in this page, and links to them, know who comes
  const isOurForm = (address: string) => address.startsWith(home.origin + "/f/") && !address.includes("hw_visitor=");
  const named = (address: string) => {
    const url = new URL(address);
    url.search += (url.search ? "&" : "?") + "hw_visitor=" + visitor();
    return url.href;
  };
  const nameFrames = () => {
    if (visitor()) for (const frame of doc.querySelectorAll("iframe")) {
      if (isOurForm(frame.src) && doc.activeElement !== frame) frame.src = named(frame.src);
    }
  };

  const begun = new WeakSet<Element>();
  doc.addEventListener("focusin", (event) => {
    const form = (event.target as Element).closest?.("form");
    if (!form || begun.has(form) || form.querySelector("input[type=search]")) return;
    begun.add(form);
    record("form", location.pathname, form.id || form.getAttribute("name") || form.getAttribute("aria-label") || "");
    const field = form.querySelector<HTMLInputElement>("input[name=hw_visitor]");
    if (field) field.value = visitor();
  });
  const pressed = (event: Event) => {
    const anchor = (event.target as Element).closest?.("a[href]") as HTMLAnchorElement | null;
    if (!anchor || !mayTrack()) return;
    if (isOurForm(anchor.href)) anchor.href = named(anchor.href);
    else if (anchor.hasAttribute("download") || /\.(pdf|docx?|xlsx?|pptx?|csv|zip|rar|7z|tar|gz|apk|exe|msi|dmg|mp4|txt)$/i.test(anchor.pathname)) {
      record("download", location.pathname, anchor.pathname.split("/").pop() ?? "");
    }
  };
  doc.addEventListener("click", pressed, true);
  doc.addEventListener("auxclick", pressed, true);
  for (const method of ["pushState", "replaceState"] as const) {
    const before = history[method];
    history[method] = function (...given: Parameters<typeof before>) {
      before.apply(this, given);
      window.setTimeout(page, 60); // the new page's title comes after its address
    };
  }
  addEventListener("popstate", () => window.setTimeout(page, 60));
  addEventListener("pagehide", leave);
  doc.addEventListener("visibilitychange", () => { if (doc.visibilityState === "hidden") leave(); });

  // --- consent
  let banner: HTMLElement | null = null;
  const begin = () => { page(); nameFrames(); };
  // A withdrawal that the server has not confirmed is told again with the next page.
  const forget = () => {
    const gone = get("f");
    if (gone) post(JSON.stringify({ v: gone, x: true })).then(({ status }) => { if (status < 429) set("f", ""); }, () => {});
  };
  const consent = (agreed: boolean) => {
    banner?.remove();
    banner = null;
    if (isLeftAlone) return;
    set("c", agreed ? "1" : "0");
    if (agreed) return begin();
    queue = [];
    if (get("v")) set("f", get("v"));
    set("v", "");
    forget();
  };
  const ask = () => {
    const [text, yes, no, more] = facts.words[/^zh/i.test(doc.documentElement.lang || nav.language) ? "zh" : "en"];
    const make = (tag: string, style: string, content = "") => {
      const made = doc.createElement(tag);
      made.style.cssText = style;
      made.textContent = content;
      return made;
    };
    banner = make("div", "all:initial;position:fixed;z-index:2147483000;inset:auto 12px 12px auto;max-width:min(380px,calc(100vw - 24px));box-sizing:border-box;padding:14px 16px;border-radius:10px;background:#fff;color:#1b2130;box-shadow:0 6px 28px #0003;font:14px/1.6 system-ui,sans-serif");
    banner.setAttribute("role", "region");
    banner.setAttribute("aria-label", text);
    const row = make("div", "margin-top:10px;display:flex;gap:10px;align-items:center");
    for (const agreed of [true, false]) {
      const button = make("button", "font:inherit;padding:6px 18px;border:1px solid #5a6272;border-radius:8px;background:#fff;color:inherit;cursor:pointer", agreed ? yes : no);
      button.onclick = () => consent(agreed);
      row.append(button);
    }
    if (facts.more) {
      const notice = make("a", "font:inherit;color:inherit;margin-left:auto", more) as HTMLAnchorElement;
      notice.href = facts.more;
      row.append(notice);
    }
    banner.append(make("div", "", text), row);
    doc.body.append(banner);
  };

  const shared = window as unknown as { headwater?: unknown; headwaterConsent?: boolean };
  if (shared.headwater) return; // the line stands in the page twice
  shared.headwater = { consent, visitor };
  const start = () => {
    if (isLeftAlone) return;
    forget();
    if (typeof shared.headwaterConsent === "boolean") consent(shared.headwaterConsent);
    else if (mayTrack()) begin();
    else if (facts.mode === "ask" && !get("c")) ask();
  };
  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", start);
  else start();
})();
