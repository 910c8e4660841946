// Live parts: puts what the server sends in its place and shows the state of the connection.
export default (el) => {
  const badges = document.querySelectorAll("[data-live-badge]");
  const state = (s) => badges.forEach((b) => b.dataset.state != s && (b.dataset.state = s));
  let last, source, timer;
  let pause = 2000;

  const make = (html) => {
    const t = document.createElement("template");
    t.innerHTML = html;
    return [...t.content.children];
  };
  const typing = (old) => {
    const a = document.activeElement;
    return old.contains(a) && a.matches("input,select,textarea");
  };
  const put = (fresh, where) => {
    const old = fresh.id && document.getElementById(fresh.id);
    // What somebody is typing in is left alone.
    if (old && typing(old)) return;
    if (old) {
      const focused = old.contains(document.activeElement) && document.activeElement;
      const here = old.querySelector("[aria-current]");
      old.replaceWith(fresh);
      if (here) fresh.querySelector(`[href="${here.getAttribute("href")}"]`)?.setAttribute("aria-current", here.getAttribute("aria-current"));
      if (focused) {
        const twin = focused.id ? document.getElementById(focused.id) : fresh.querySelector(`[href="${focused.getAttribute("href")}"]`);
        twin?.focus({ preventScroll: true });
      }
    } else if (where) {
      where[0] == "prepend" ? where[1].prepend(fresh) : where[1].append(fresh);
    } else return;
    fresh.classList.add("moved");
    dispatchEvent(new CustomEvent("lt:dress", { detail: fresh }));
  };
  const toast = (html) => {
    const box = document.createElement("div");
    box.className = "toast info passing";
    box.setAttribute("role", "status");
    box.innerHTML = `<span>${html}</span>`;
    document.body.append(box);
    setTimeout(() => box.remove(), 8000);
  };
  const take = (e) => {
    if (e.lastEventId) last = e.lastEventId;
    const cut = e.data.indexOf("\n");
    const head = cut < 0 ? e.data : e.data.slice(0, cut);
    const html = cut < 0 ? "" : e.data.slice(cut + 1);
    const [op, id] = head.split(":");
    const target = id && document.getElementById(id);
    if (op == "swap") make(html).forEach((n) => put(n));
    else if (op == "remove") target?.remove();
    else if (op == "toast") toast(html);
    else if (target) make(html).forEach((n) => put(n, [op, target]));
    dispatchEvent(new CustomEvent("lt:live"));
  };
  const open = () => {
    clearTimeout(timer);
    source?.close();
    const url = new URL(el.dataset.live, location);
    if (last) url.searchParams.set("sau", last);
    source = new EventSource(url);
    source.onopen = () => ((pause = 2000), state("on"));
    source.onmessage = take;
    source.onerror = () => {
      state("lost");
      // The browser tries again by itself unless the server refused.
      if (source.readyState == 2) timer = setTimeout(open, (pause = Math.min(pause * 2, 60000)));
    };
  };
  state("wait");
  open();
  // A page kept for «back» holds no connection.
  addEventListener("pagehide", () => (source.close(), clearTimeout(timer)));
  addEventListener("pageshow", (e) => e.persisted && open());
  addEventListener("online", () => source.readyState != 1 && open());
};
