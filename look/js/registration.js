// Small comforts; every page does its work without this file.

// A person who sent a form with mistakes starts at the list of them.
document.querySelector("[data-focus]")?.focus();

// A second click on the same button sends nothing: the first one is already under way.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.hasAttribute("data-once")) return;
  if (button.dataset.sent) event.preventDefault();
  button.dataset.sent = "yes";
});

// Coming back with the browser's arrow, the button works again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-sent]")) delete button.dataset.sent;
});
