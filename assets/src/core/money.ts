// Amounts follow the currency that is chosen beside them: the sign in front of every money field of the form.

export function startMoney(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLSelectElement;
    if (field.name !== "currency" || !field.form) return;
    for (const box of field.form.querySelectorAll<HTMLElement>(".hw-affix[data-signs]")) {
      const signs = JSON.parse(box.dataset.signs ?? "{}") as Record<string, string>;
      const sign = signs[field.value] ?? field.value;
      const shown = box.querySelector(".hw-affix-before");
      if (!shown || !sign) continue;
      shown.textContent = sign;
      box.toggleAttribute("data-wide", sign.length > 1);
    }
  });
}
