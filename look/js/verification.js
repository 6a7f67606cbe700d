// Compares a file with the copy of a note by its SHA-256, so that the file itself is not sent.
// Without this script, or where the browser does not offer the sum, the server compares it.

const form = document.getElementById("compare");

if (form && globalThis.crypto?.subtle) {
  const { file, sha256 } = form.elements;
  const [sent, stays] = ["[data-sent-here]", "[data-stays]"].map((each) => form.querySelector(each));
  let here = true;

  const tell = () => {
    sent.hidden = here;
    stays.hidden = !here;
  };

  const sum = async (chosen) => {
    const digest = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  form.addEventListener("submit", async (event) => {
    if (!here || !file.files.length) return;
    event.preventDefault();
    try {
      sha256.value = await sum(file.files[0]);
    } catch {
      // Too large for the browser, or gone from the disk: say so by offering the other way.
      here = false;
      for (const button of form.querySelectorAll("[data-sent]")) delete button.dataset.sent;
      return tell();
    }
    file.disabled = true;
    form.submit();
  });

  // A file may be dropped anywhere on the page, and is never opened by mistake.
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  });

  // Coming back with the browser's arrow, another file can be chosen.
  window.addEventListener("pageshow", () => {
    sha256.value = "";
    file.disabled = false;
  });

  tell();
}
