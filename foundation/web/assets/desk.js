// An officer's keys: j k move, Enter opens, a r s and others press what carries data-key, / searches,
// ? shows the list. They can be switched off (WCAG 2.1.4).
export default (desk) => {
  const KEY = "lt-phim";
  const off = () => localStorage.getItem(KEY) == "0";
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !off();
    box.onchange = () => {
      localStorage.setItem(KEY, box.checked ? "1" : "0");
      mark();
    };
  }
  const mark = () => (desk.dataset.keys = off() ? "off" : "on");
  mark();
  const rows = () => [...desk.querySelectorAll(".queue li > a")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    let i = all.indexOf(document.activeElement);
    if (i < 0) i = all.findIndex((a) => a.hasAttribute("aria-current"));
    const next = all[Math.max(0, Math.min(all.length - 1, i + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  addEventListener("keydown", (e) => {
    const typing = e.target.matches("input:not([type=checkbox],[type=radio]),select,textarea");
    if (typing && e.key == "Escape") e.target.blur();
    if (typing || off() || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
    if (e.key == "j") step(1);
    else if (e.key == "k") step(-1);
    else {
      const target = [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key == e.key && el.offsetParent);
      if (!target) return;
      e.preventDefault();
      target.matches("input,select,textarea") ? target.focus() : target.click();
    }
  });
};
