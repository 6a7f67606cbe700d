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

from playwright.sync_api import Page

Shapes = frozenset[int]

_SHAPES = """() => {
    const LEADS = new Set(["for", "headers", "list", "form", "aria-labelledby",
        "aria-describedby", "aria-controls", "aria-owns", "aria-details"]);
    const WORDS = new Set(["id", "href", "src", "action", "formaction", "value", "name", "title",
        "alt", "placeholder", "content", "lang", "hreflang", "datetime", "aria-label",
        "aria-valuenow", "aria-valuetext"]);
    const PRESSED = "a, button, input, select, textarea, summary, [tabindex]";
    const LEAST = 24;
    const shapes = new Set();

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
        shapes.add(hash(`${around}>${mine}{${words}${inside.join()}}`));
        const place = hash(`${around}>${mine}`);
        for (const [child, kind] of children) walk(child, kind, place);
    };
    walk(document.body, own(document.body), hash(document.documentElement.dir));

    const inOrder = selector => [...document.querySelectorAll(selector)];
    const levels = inOrder("h1, h2, h3, h4, h5, h6").map(heading => heading.localName)
        .filter((level, at, all) => level !== all[at - 1]);
    const marks = inOrder("header, nav, main, aside, footer, section, form[aria-label], [role]")
        .map(mark => [mark.localName, mark.getAttribute("role"),
            mark.getAttribute("aria-label") ?? mark.getAttribute("aria-labelledby")].join());
    const kinds = new Set(marks.map(mark => mark.split(",", 2).join()));
    const ids = inOrder("[id]").map(element => element.id);
    shapes.add(hash(`headings ${levels}`));
    shapes.add(hash(`landmarks ${[...kinds].sort()} ${new Set(marks).size < marks.length}`));
    shapes.add(hash(`ids that stand twice ${ids.length - new Set(ids).size}`));
    return [...shapes];
}"""


def shapes_of(page: Page) -> Shapes:
    """The page's elements as numbers: equal where axe would judge alike."""
    return frozenset(page.evaluate(_SHAPES))
