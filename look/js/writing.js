// While a text is written: what can be filled in is offered as soon as two brackets stand there.
// Without this file the list under the text says the same.
const places = [...document.querySelectorAll("#places option")].map(({ value, label }) => ({ name: value, said: label }));
const list = document.createElement("ul");
list.id = "places-offered";
list.className = "app-completion";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", document.querySelector("#places")?.getAttribute("aria-label") ?? "");
list.hidden = true;
let box = null;
let chosen = 0;

const begun = (area) => /\(\(([a-z_]*)$/.exec(area.value.slice(0, area.selectionStart));

function close() {
  list.hidden = true;
  box?.removeAttribute("aria-activedescendant");
  box?.removeAttribute("aria-controls");
  box = null;
}

function choose(to) {
  const options = [...list.children];
  chosen = (to + options.length) % options.length;
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", options[chosen].id);
}

function write(name) {
  const from = box.selectionStart - begun(box)[1].length;
  const has = box.value.startsWith("))", box.selectionStart) ? 2 : 0;
  box.setRangeText(`${name}))`, from, box.selectionStart + has, "end");
  const area = box;
  close();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function option({ name, said }, at) {
  const item = document.createElement("li");
  item.id = `place-offered-${at}`;
  item.className = "app-completion__option";
  item.setAttribute("role", "option");
  const word = document.createElement("span");
  word.className = "app-completion__name";
  word.textContent = `((${name}))`;
  item.append(word, ` ${said}`);
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    write(name);
  });
  return item;
}

function offer(area) {
  const found = begun(area);
  const fitting = found ? places.filter(({ name }) => name.includes(found[1])) : [];
  if (!fitting.length) return close();
  box = area;
  list.replaceChildren(...fitting.map(option));
  area.after(list);
  list.hidden = false;
  area.setAttribute("aria-controls", list.id);
  choose(0);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("textarea[data-places]")) offer(target);
});
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== box) return;
  const act = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: () => write(list.children[chosen].firstChild.textContent.slice(2, -2)), Tab: () => write(list.children[chosen].firstChild.textContent.slice(2, -2)), Escape: close }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("focusout", ({ target }) => {
  if (target === box) close();
});
for (const area of document.querySelectorAll("textarea[data-places]")) area.setAttribute("aria-autocomplete", "list");
