// <hw-date kind="date|time|datetime|daterange" quick min="2026-11-21" max="2026-12-21" days="3 7"> around an <input>:
// a calendar in the page's language. The input holds "2026-11-21", "09:30", "2026-11-21 09:30" or
// "2026-11-01 - 2026-11-21"; typing works too. `days` puts "in 3 days", "in 7 days" below the field.
import AirDatepicker, { type AirDatepickerLocale } from "air-datepicker";
import { make, placeBeside } from "../core/dom";
import { isChinese, t } from "../core/text";

const zh: AirDatepickerLocale = {
  days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
  daysShort: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"], daysMin: ["日", "一", "二", "三", "四", "五", "六"],
  months: ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
  monthsShort: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
  today: "今天", clear: "清除", dateFormat: "yyyy-MM-dd", timeFormat: "HH:mm", firstDay: 1,
};
const en: AirDatepickerLocale = {
  days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  daysShort: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], daysMin: ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"],
  months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  monthsShort: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  today: "Today", clear: "Clear", dateFormat: "yyyy-MM-dd", timeFormat: "HH:mm", firstDay: 1,
};

function parse(text: string): Date | null {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?/.exec(text.trim());
  if (!found) return null;
  const [, year, month, day, hour = "0", minute = "0"] = found;
  return new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}

function at(days: number, hour: number): Date {
  const date = new Date();
  date.setDate(date.getDate() + days);
  date.setHours(hour, 0, 0, 0);
  return date;
}

class DateField extends HTMLElement {
  private picker: AirDatepicker | undefined;

  connectedCallback(): void {
    const input = this.querySelector("input");
    if (!input || this.picker || input.disabled) return;
    const kind = this.getAttribute("kind") ?? "date";
    // Its own patterns know no "年", so the titles are made here.
    const nav = isChinese() ? {
      days: (shown: AirDatepicker) => `${shown.viewDate.getFullYear()}年 <i>${zh.months[shown.viewDate.getMonth()] ?? ""}</i>`,
      months: (shown: AirDatepicker) => `${shown.viewDate.getFullYear()}年`,
    } : {};
    const nextHour = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
    let ready = false;
    const picker = new AirDatepicker<HTMLInputElement>(input, {
      locale: isChinese() ? zh : en, dateFormat: "yyyy-MM-dd", timeFormat: "HH:mm", navTitles: nav,
      timepicker: kind === "datetime" || kind === "time", onlyTimepicker: kind === "time", minutesStep: 5,
      minDate: this.getAttribute("min") ?? "", maxDate: this.getAttribute("max") ?? "",
      range: kind === "daterange", multipleDatesSeparator: " - ", dateTimeSeparator: " ", autoClose: kind === "date" || kind === "daterange",
      startDate: nextHour, toggleSelected: false, keyboardNav: true, selectedDates: this.initial(input.value, kind), container: this,
      buttons: kind === "time" ? false : kind === "daterange" ? ["clear"] : ["today", "clear"],
      position: ({ $datepicker, $target }) => { placeBeside($datepicker, $target); },
      onShow: (done) => {
        const box = picker.$datepicker;
        // The sliders are made with the first showing.
        for (const part of ["hours", "minutes"] as const) box.querySelector(`input[name=${part}]`)?.setAttribute("aria-label", t(part));
        if (this.hasAttribute("quick") && !box.querySelector(".hw-date-quick")) this.addQuick(picker);
        if (!done && !box.matches(":popover-open")) { box.popover = "manual"; box.showPopover(); placeBeside(box, input); }
      },
      onHide: (done) => { const box = picker.$datepicker; if (done && box.matches(":popover-open")) box.hidePopover(); },
      onSelect: () => { if (ready) input.dispatchEvent(new Event("change", { bubbles: true })); },
    });
    ready = true;
    this.picker = picker as unknown as AirDatepicker;
    // What is typed counts: on leaving the field the calendar follows the text.
    let typed = false;
    input.addEventListener("input", () => { typed = true; });
    input.addEventListener("blur", () => {
      if (!typed) return;
      typed = false;
      if (!input.value) { if (picker.selectedDates.length) picker.clear(); return; }
      const date = kind === "date" || kind === "datetime" ? parse(input.value) : null;
      if (date && date.getTime() !== picker.selectedDates[0]?.getTime()) void picker.selectDate(date, { updateTime: true });
    });
    // A field that has the focus already opens by a press; Escape closes the calendar alone, before it hears it itself.
    input.addEventListener("click", () => { if (!picker.visible) picker.show(); });
    this.addEventListener("keydown", (event) => { if (event.key === "Escape" && picker.visible) { event.stopPropagation(); event.preventDefault(); picker.hide(); } }, true);
    this.addDays(picker, kind);
  }

  private initial(value: string, kind: string): Date[] {
    const parts = kind === "daterange" ? value.split(" - ") : [kind === "time" && value ? `2000-01-01 ${value}` : value];
    return parts.map(parse).filter((date) => date !== null);
  }

  /** What a rep picks nine times of ten. */
  private addQuick(picker: AirDatepicker<HTMLInputElement>): void {
    const row = make("div", "hw-date-quick");
    const monday = ((8 - new Date().getDay()) % 7) || 7;
    const soon = new Date(Math.ceil((Date.now() + 2 * 3_600_000) / 300_000) * 300_000);
    const picks: [string, Date][] = [[t("inHours", "2"), soon], [t("morning"), at(1, 9)], [t("inDays", "3"), at(3, 9)], [t("nextMonday"), at(monday, 9)]];
    for (const [label, date] of picks) {
      const button = make("button", "hw-phrase", label, { type: "button" });
      button.addEventListener("click", () => { void picker.selectDate(date, { updateTime: true }).then(() => picker.hide()); });
      row.append(button);
    }
    picker.$datepicker.prepend(row);
  }

  /** Spans from now, one press each, in sight without the calendar. */
  private addDays(picker: AirDatepicker<HTMLInputElement>, kind: string): void {
    const days = (this.getAttribute("days") ?? "").split(" ").filter(Boolean);
    if (!days.length) return;
    const row = make("div", "hw-date-days");
    for (const count of days) {
      const button = make("button", "hw-phrase", t("inDays", count), { type: "button" });
      button.addEventListener("click", () => {
        const now = new Date();
        const date = at(Number(count), kind === "date" ? 0 : now.getHours());
        if (kind !== "date") date.setMinutes(now.getMinutes() - (now.getMinutes() % 5));
        void picker.selectDate(date, { updateTime: true });
      });
      row.append(button);
    }
    this.append(row);
  }

  disconnectedCallback(): void {
    queueMicrotask(() => { if (!this.isConnected) { this.picker?.destroy(); this.picker = undefined; } });
  }
}
if (!customElements.get("hw-date")) customElements.define("hw-date", DateField);
