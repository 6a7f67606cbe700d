// A passkey is made or used by the browser alone; what it answers goes into the form beside it.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (known) => known.map((each) => ({ ...each, id: bytes(each.id) }));

async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials ?? []),
  };
  const made = await navigator.credentials.create({ publicKey });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function sign(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: described(options.allowCredentials ?? []),
  };
  const signed = await navigator.credentials.get({ publicKey });
  return answer(signed, {
    authenticatorData: text(signed.response.authenticatorData),
    signature: text(signed.response.signature),
  });
}

const answer = (credential, response) => JSON.stringify({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  clientExtensionResults: {},
});

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  part.hidden = false;
  const form = part.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = part.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      const options = JSON.parse(part.dataset.options);
      form.elements.answer.value = await { make, sign }[part.dataset.passkey](options);
      form.submit();
    } catch {
      problem.hidden = false;
      for (const button of form.querySelectorAll("[data-sent]")) delete button.dataset.sent;
    }
  });
}
