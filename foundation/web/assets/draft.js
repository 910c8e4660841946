// Keeps a draft while it is typed: posts the form to data-autosave, says so in [data-draft-state].
export default (form) => {
  const says = form.querySelector("[data-draft-state]");
  let timer, sent;
  const body = () => {
    const data = new FormData(form);
    [...data].forEach(([name, value]) => value instanceof File && data.delete(name));
    return new URLSearchParams(data);
  };
  sent = String(body());
  const save = async () => {
    clearTimeout(timer);
    const now = body();
    if (String(now) == sent || form.dataset.sent) return;
    let good = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: now, keepalive: true, redirect: "manual" });
      good = answer.ok || answer.type == "opaqueredirect";
    } catch {}
    if (good) sent = String(now);
    else timer = setTimeout(save, 10000);
    if (says) {
      const time = new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });
      says.textContent = (good ? says.dataset.saved : says.dataset.failed).replace("{time}", time);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1200);
  });
  form.addEventListener("change", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
};
