// What the public page does beyond plain HTML: the little work that shows a browser, the levels of a tree of
// choices, and a word when somebody begins. Without any of it the form works all the same, under a stricter limit.
const form = document.querySelector("form[data-challenge]");
const field = form?.querySelector("input[name=form_proof]");
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function solve(task) {
  const encoder = new TextEncoder();
  const most = task.maxNumber ?? task.maxnumber;
  for (let start = 0; start <= most; start += 500) {
    const tries = Array.from({ length: Math.min(500, most - start + 1) }, (_, step) => start + step);
    const found = await Promise.all(tries.map((n) => crypto.subtle.digest("SHA-256", encoder.encode(task.salt + n))));
    const place = found.findIndex((digest) => hex(digest) === task.challenge);
    if (place >= 0) return start + place;
  }
  return undefined;
}

function prove() {
  const task = JSON.parse(form.dataset.challenge);
  const solved = solve(task).then((number) => {
    if (number === undefined) return;
    const { algorithm, challenge, salt, signature } = task;
    field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  });
  let isWaiting = false;
  form.addEventListener("submit", (event) => {
    if (field.value || isWaiting) return;
    event.preventDefault();
    isWaiting = true;
    void solved.finally(() => form.requestSubmit());
  });
}

// The first level stands on the page; each choice brings a list of what lies below it, all under one name.
async function growTree(first) {
  const address = `${form.dataset.starts.replace(/started$/, "")}choices/${first.dataset.choices}.json${location.search}`;
  const below = new Map();
  let isLoaded = false;
  const load = async () => {
    if (isLoaded) return;
    isLoaded = true;
    const { items } = await (await fetch(address)).json();
    for (const [value, label, parent] of items) below.set(parent, [...(below.get(parent) ?? []), [value, label]]);
  };
  const place = first.closest("hw-select") ?? first;
  const grow = async (select) => {
    await load();
    for (const later of [...form.querySelectorAll(`select[data-below="${first.name}"]`)])
      if (Number(later.dataset.level) > Number(select.dataset.level ?? 0)) later.remove();
    const items = below.get(select.value) ?? [];
    if (!select.value || !items.length) return undefined;
    const next = document.createElement("select");
    next.className = "hw-select mt-2";
    next.name = first.name;
    next.dataset.below = first.name;
    next.dataset.level = String(Number(select.dataset.level ?? 0) + 1);
    next.setAttribute("aria-label", select.selectedOptions[0]?.textContent ?? "");
    next.append(new Option(first.options[0]?.value === "" ? first.options[0].text : "—", ""), ...items.map(([value, label]) => new Option(label, value)));
    const last = [...form.querySelectorAll(`select[data-below="${first.name}"]`)].at(-1) ?? place;
    last.after(next);
    next.addEventListener("change", () => void grow(next));
    return next;
  };
  first.addEventListener("change", () => void grow(first));
  const chosen = first.dataset.chosen ?? "";
  let select = first;
  for (let depth = 2; chosen && depth <= chosen.split("/").length; depth += 1) {
    select = await grow(select);
    if (!select) return;
    select.value = chosen.split("/").slice(0, depth).join("/");
  }
  if (select.value) await grow(select);
}

if (form && field) {
  if (globalThis.crypto?.subtle) prove();
  for (const select of form.querySelectorAll("select[data-choices]")) void growTree(select);
  form.addEventListener("input", () => {
    const told = new URLSearchParams();
    for (const name of ["form_stamp", "utm_source", "referrer"]) {
      const hidden = form.querySelector(`input[type=hidden][name=${name}]`);
      if (hidden) told.set(name, hidden.value);
    }
    navigator.sendBeacon?.(form.dataset.starts, told);
  }, { once: true });
}
