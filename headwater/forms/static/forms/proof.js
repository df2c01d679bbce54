// Does the little work that the page asks for, while the person types: find the number whose hash is the challenge.
// Without it (no script, or no https) the form works all the same, under a stricter limit.
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

if (form && field && globalThis.crypto?.subtle) {
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
