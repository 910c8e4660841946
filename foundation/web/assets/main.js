// What every page does. Further modules are loaded only where a page names them.
const own = document.querySelector("script[data-address]").dataset;
const load = (el, url) => import(url).then((m) => m.default(el));
const all = (selector, run, root = document) => root.querySelectorAll(selector).forEach(run);

// Also called for parts that live news have put in.
export function dress(root) {
  all("[data-module]", (el) => el.dataset.module.split(" ").forEach((url) => load(el, url)), root);
  all("[data-address]:not(script)", (el) => load(el, own.address), root);
  all("[data-autosave]", (el) => load(el, own.draft), root);
  all("[data-copy],[data-print],[data-dismiss]", (el) => (el.hidden = false), root);
}
dress(document);
addEventListener("lt:dress", (e) => dress(e.detail));

// A mistake list takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

addEventListener("click", (e) => {
  const at = (selector) => e.target.closest?.(selector);
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(e.target)) menu.open = false;
  let el;
  if ((el = at("a[data-dialog]"))) {
    const dialog = document.getElementById(el.dataset.dialog);
    if (dialog && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      dialog.showModal();
    }
  } else if ((el = at("[data-close]")) || (e.target.matches?.("dialog") && (el = e.target))) {
    el.closest("dialog").close();
  } else if ((el = at("[data-dismiss]"))) {
    el.closest(".toast").remove();
  } else if (at("[data-print]")) {
    print();
  } else if ((el = at("[data-copy]"))) {
    navigator.clipboard?.writeText(el.dataset.copy).then(() => {
      const words = el.querySelector("span");
      const before = words.textContent;
      words.textContent = el.dataset.done;
      setTimeout(() => (words.textContent = before), 2000);
    });
  }
});

addEventListener("keydown", (e) => {
  const menu = e.key == "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.firstElementChild.focus();
  }
});

// A form is sent once. The server would give the same answer twice; this spares the wait.
addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method != "post" || e.defaultPrevented) return; // a module of the page sends it itself
  if (form.dataset.sent) return e.preventDefault();
  form.dataset.sent = 1;
  form.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), 15000);
});
const free = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};
addEventListener("pageshow", () => all("[data-sent]", free));
