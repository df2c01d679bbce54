// Small things that several islands need.

/** A cookie that the server reads: tastes, never secrets. */
export function keep(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

export function csrf(): string {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** Whether keys typed now belong to a control and not to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

/** Whether the page itself has the keyboard: nothing is typed, no dialog is open. */
export function isFree(event: KeyboardEvent): boolean {
  return !isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]");
}

const sprite = (): string => document.querySelector("svg.hw-icon use")?.getAttribute("href")?.split("#")[0] ?? "";

/** An icon of the page's sprite. */
export function iconElement(name: string, css = ""): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `hw-icon ${css}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite()}#${name}`);
  svg.append(use);
  return svg;
}

/** A child with text, class and attributes; user text goes in as text, never as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, css = "", text = "", attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (css) element.className = css;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Put a floating box below (or above) what it belongs to, inside the window. */
export function placeBeside(box: HTMLElement, anchor: Element, options: { end?: boolean; sameWidth?: boolean } = {}): void {
  const at = anchor.getBoundingClientRect();
  const gap = 4;
  if (options.sameWidth) box.style.width = `${Math.max(at.width, 180)}px`;
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = window.innerHeight - at.bottom - gap;
  const above = below < height + 8 && at.top > below;
  const left = options.end ? at.right - width : at.left;
  box.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, above ? at.top - height - gap : Math.min(at.bottom + gap, window.innerHeight - height - 8))}px`;
}
