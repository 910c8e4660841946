// Passkeys. Forms work without this module; it only shows the buttons that need it.
// <form data-passkey="sign-in|add" data-begin="…" data-finish="…" data-failed="…">

const bytes = (text) => {
  const b64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
};
const text = (buffer) => {
  let s = "";
  for (const b of new Uint8Array(buffer)) s += String.fromCharCode(b);
  return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};
const keys = (list) => (list || []).map((k) => ({ ...k, id: bytes(k.id) }));

// Asks the server; its refusals come as words.
const ask = async (form, address, body) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-form-token": form.elements._token.value,
    },
    body: JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || form.dataset.failed);
  return told;
};

const show = (form, words) => {
  const place = form.querySelector("[data-said]");
  place.textContent = words;
  place.hidden = !words;
  if (words) place.focus();
};

const answerOf = (c) => {
  const r = c.response;
  const response = { clientDataJSON: text(r.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (r[part]) response[part] = text(r[part]);
  }
  if (r.getTransports) response.transports = r.getTransports();
  return { id: c.id, rawId: text(c.rawId), type: c.type, extensions: {}, response };
};

const signIn = async (form, more) => {
  const begun = await ask(form, form.dataset.begin, {});
  const pk = begun.options.publicKey;
  const publicKey = {
    ...pk,
    challenge: bytes(pk.challenge),
    allowCredentials: keys(pk.allowCredentials),
  };
  const c = await navigator.credentials.get({ publicKey, ...more });
  const next = form.elements.tiep ? form.elements.tiep.value : "";
  const done = await ask(form, form.dataset.finish, {
    ceremony: begun.ceremony,
    credential: answerOf(c),
    next,
  });
  location.assign(done.next);
};

const add = async (form) => {
  const begun = await ask(form, form.dataset.begin, {});
  const pk = begun.options.publicKey;
  const publicKey = {
    ...pk,
    challenge: bytes(pk.challenge),
    user: { ...pk.user, id: bytes(pk.user.id) },
    excludeCredentials: keys(pk.excludeCredentials),
  };
  const c = await navigator.credentials.create({ publicKey });
  const done = await ask(form, form.dataset.finish, {
    ceremony: begun.ceremony,
    credential: answerOf(c),
    label: form.elements.label.value,
  });
  location.assign(done.next);
};

// The browser offers a key in the box of the number: one request, ended when the button is pressed.
let offer;
const conditional = async (form) => {
  const can = PublicKeyCredential.isConditionalMediationAvailable;
  if (!can || !(await can.call(PublicKeyCredential))) return;
  offer = new AbortController();
  try {
    await signIn(form, { mediation: "conditional", signal: offer.signal });
  } catch (e) {
    // Not chosen, not offered, or the button took over: the page says nothing.
    if (e.name === "Error") show(form, e.message);
  }
};

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const act = form.dataset.passkey === "add" ? add : signIn;
    form.hidden = false;
    for (const part of form.querySelectorAll("[data-needs-script]")) part.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (offer) offer.abort();
      const button = form.querySelector("button");
      button.disabled = true;
      show(form, "");
      try {
        await act(form, {});
      } catch (e) {
        show(form, e.name === "Error" ? e.message : form.dataset.failed);
        button.disabled = false;
      }
    });
    if (form.dataset.passkey === "sign-in") conditional(form);
  }
}
