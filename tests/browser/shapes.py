"""What a page is to axe: its elements without their words, each where it stands.

axe judges an element by its tag and attributes, by what stands around it and in it, and by its
size; it reads no words. So a page tells it nothing new when every element of it, taken without
words, stood on pages that axe looked through and found nothing on: another row of a table, another
State in a heading, the same page in French. It is new to axe when

- an element has another tag or attribute, or one that leads elsewhere (the label of a field);
- it stands in other elements (its ancestors count with their attributes, up to the direction of
  the page: a page from right to left has a style sheet of its own);
- other elements or, for once, no words at all stand in it;
- it is pressed and has become smaller than 24 pixels, or holds more than it shows and scrolls;
- its headings or landmarks come in another order, or an id stands twice.

Words, addresses and numbers in attributes count as given or not given.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import JSHandle, Page

Shapes = frozenset[int]

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_LANDMARKS = "header, nav, main, aside, footer, section, form[aria-label], [role]"
# What axe compares with others of its kind, wherever on the page they stand.
_COMPARED = f"{_HEADINGS}, {_LANDMARKS}, [id]"
_SHAPES = """() => {
    const LEADS = new Set(["for", "headers", "list", "form", "aria-labelledby",
        "aria-describedby", "aria-controls", "aria-owns", "aria-details"]);
    const WORDS = new Set(["id", "href", "src", "action", "formaction", "value", "name", "title",
        "alt", "placeholder", "content", "lang", "hreflang", "datetime", "aria-label",
        "aria-valuenow", "aria-valuetext"]);
    const PRESSED = "a, button, input, select, textarea, summary, [tabindex]";
    const LEAST = 24;
    const standing = new Map();  // elements by their shape

    const hash = text => {  // a polynomial modulo a prime just below 2 ** 45
        let sum = 7;
        for (let at = 0; at < text.length; at++)
            sum = (sum * 251 + text.charCodeAt(at)) % 35184372088777;
        return sum;
    };
    const given = value => value.trim() ? "given" : "empty";
    const meaning = (element, name, value) => {
        if (LEADS.has(name))
            return value.trim().split(/\\s+/)
                .map(id => document.getElementById(id)?.localName ?? "nothing").join();
        const drawn = element instanceof SVGElement && !/^(class|role|aria-.*)$/.test(name);
        // Which of the languages is the page's own says its lang, and is no matter for axe.
        if (name === "aria-current" && element.hasAttribute("hreflang")) return "";
        return drawn || WORDS.has(name) || name.startsWith("data-") ? given(value) : value;
    };
    const scrolls = element => {
        const wide = element.scrollWidth > element.clientWidth;
        const long = element.scrollHeight > element.clientHeight;
        if (!wide && !long) return false;
        const style = getComputedStyle(element);
        return wide && /auto|scroll/.test(style.overflowX)
            || long && /auto|scroll/.test(style.overflowY);
    };
    const own = element => {
        const facts = [...element.attributes]
            .map(({name, value}) => [name, meaning(element, name, value)])
            .filter(([name, value]) => name !== "aria-current" || value)
            .map(([name, value]) => `${name}=${value}`).sort();
        if (element.matches(PRESSED)) {
            const {width, height} = element.getBoundingClientRect();
            if (width && height && Math.min(width, height) < LEAST) facts.push("small");
        }
        if (scrolls(element)) facts.push("scrolls");
        return `${element.localName}[${facts.join("|")}]`;
    };
    const walk = (element, mine, around) => {
        const children = [...element.children].map(child => [child, own(child)]);
        const words = [...element.childNodes].some(
            node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        // In the order in which they stand, but a second and third of a kind are no news.
        const inside = children.map(([, kind]) => kind)
            .filter((kind, at, all) => kind !== all[at - 1]);
        const shape = hash(`${around}>${mine}{${words}${inside.join()}}`);
        standing.has(shape) ? standing.get(shape).push(element) : standing.set(shape, [element]);
        const place = hash(`${around}>${mine}`);
        for (const [child, kind] of children) walk(child, kind, place);
    };
    walk(document.body, own(document.body), hash(document.documentElement.dir));

    const inOrder = selector => [...document.querySelectorAll(selector)];
    const levels = inOrder("HEADINGS").map(heading => heading.localName)
        .filter((level, at, all) => level !== all[at - 1]);
    const marks = inOrder("LANDMARKS")
        .map(mark => [mark.localName, mark.getAttribute("role"),
            mark.getAttribute("aria-label") ?? mark.getAttribute("aria-labelledby")].join());
    const kindsOf = marks => [...new Set(marks.map(mark => mark.split(",", 2).join()))].sort();
    const again = marks.filter((mark, at) => marks.indexOf(mark) < at);
    const ids = inOrder("[id]").map(element => element.id);
    const whole = [
        `headings ${levels}`,
        `landmarks ${kindsOf(marks)}, without a name of their own ${kindsOf(again)}`,
        `ids that stand twice ${ids.length - new Set(ids).size}`,
    ].map(hash);
    return {standing, whole};
}""".replace("HEADINGS", _HEADINGS).replace("LANDMARKS", _LANDMARKS)
# The outermost elements in which none has one of these shapes, or is asked for.
_KNOWN = """({standing}, {shapes, asked}) => {
    const around = new Set([document.body]);
    const wanted = asked ? [...document.querySelectorAll(asked)] : [];
    for (let element of shapes.flatMap(shape => standing.get(shape)).concat(wanted))
        for (; element && !around.has(element); element = element.parentElement)
            around.add(element);
    return [...around].flatMap(
        element => [...element.children].filter(child => !around.has(child)));
}"""


@dataclass(frozen=True)
class Shaped:
    """What stood on a page when it was asked for: shapes are equal where axe would judge alike."""

    elements: Shapes
    whole: Shapes  # its headings, landmarks and ids
    _standing: JSHandle

    @classmethod
    def of(cls, page: Page) -> Self:
        """Read the page as it is at this moment, at this width."""
        standing = page.evaluate_handle(_SHAPES)
        elements, whole = standing.evaluate("it => [[...it.standing.keys()], it.whole]")
        return cls(frozenset(elements), frozenset(whole), standing)

    @property
    def shapes(self) -> Shapes:
        return self.elements | self.whole

    def known(self, seen: Set[int]) -> JSHandle:
        """The largest parts of the page in which everything is seen.

        On a page with another order, no part with a heading, a landmark or an id is.
        """
        asked = "" if self.whole <= seen else _COMPARED
        news = {"shapes": list(self.elements - seen), "asked": asked}
        return self._standing.evaluate_handle(_KNOWN, news)


def shapes_of(page: Page) -> Shapes:
    """The page's elements as numbers: equal where axe would judge alike."""
    return Shaped.of(page).shapes
