// Suggestions for a commune: the combobox pattern of ARIA 1.2, list chosen by hand.
export default (field) => {
  const input = field.querySelector("input[type=text]");
  const named = (part) => field.querySelectorAll(`[name="${input.name.replace(/commune$/, part)}"]`);
  const shown = named("shown")[0];
  let code = named("code")[0];
  // Choices offered for a page without scripts give way to suggestions once something is typed.
  const radios = code.type == "radio" ? code.closest(".picks") : null;
  const list = document.createElement("ul");
  const state = document.createElement("p");
  Object.assign(list, { id: `${input.id}-list`, className: "sugg", hidden: true });
  Object.assign(state, { className: "sr" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`).textContent);
  state.setAttribute("role", "status");
  input.parentNode.append(list, state);
  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  set("aria-expanded", "false");

  let hits = [];
  let at = -1;
  let timer, asking;
  const show = (open) => {
    list.hidden = !open;
    set("aria-expanded", open);
    if (!open) move(-1);
  };
  const move = (to) => {
    at = to;
    [...list.children].forEach((li, i) => {
      li.setAttribute("aria-selected", i == at);
      if (i == at) li.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else set("aria-activedescendant", `${list.id}-${at}`);
  };
  const choose = (i) => {
    const hit = hits[i];
    input.value = shown.value = `${hit.name}, ${hit.province}`;
    code.value = hit.code;
    show(false);
    field.dispatchEvent(new CustomEvent("lt:chosen", { bubbles: true, detail: hit }));
  };
  const draw = () => {
    list.replaceChildren(
      ...hits.map((hit, i) => {
        const li = document.createElement("li");
        const name = document.createElement("b");
        li.id = `${list.id}-${i}`;
        li.setAttribute("role", "option");
        name.textContent = hit.name;
        li.append(name, `, ${hit.province}`);
        if (hit.was) {
          const was = document.createElement("small");
          was.textContent = hit.was;
          li.append(was);
        }
        li.onmousedown = (e) => (e.preventDefault(), choose(i));
        return li;
      }),
    );
    const { none, some } = input.dataset;
    state.textContent = hits.length ? `${hits.length} ${some}` : none;
    move(-1);
    show(hits.length > 0);
  };
  const ask = async () => {
    const q = input.value.trim();
    asking?.abort();
    if (q.length < 2) return show(false);
    asking = new AbortController();
    try {
      const url = new URL(field.dataset.address, location);
      url.searchParams.set("q", q);
      const answer = await fetch(url, { signal: asking.signal });
      if (!answer.ok) return;
      hits = (await answer.json()).hits;
      draw();
    } catch {}
  };
  input.addEventListener("input", () => {
    if (radios?.isConnected) {
      code = Object.assign(document.createElement("input"), { type: "hidden", name: code.name });
      radios.replaceWith(code);
    }
    code.value = shown.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  input.addEventListener("keydown", (e) => {
    const n = hits.length;
    if ((e.key == "ArrowDown" || e.key == "ArrowUp") && n) {
      e.preventDefault();
      if (list.hidden) show(true);
      move((at + (e.key == "ArrowDown" ? 1 : at < 0 ? 0 : -1) + n) % n);
    } else if (e.key == "Enter" && !list.hidden && at >= 0) {
      e.preventDefault();
      choose(at);
    } else if (e.key == "Escape" && !list.hidden) {
      e.preventDefault();
      show(false);
    }
  });
  input.addEventListener("blur", () => show(false));
};
