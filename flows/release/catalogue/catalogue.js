"use strict";
/* Shows the figures of the page for a language, round and governorate. Every text is put in as text, never as markup;
   nothing is loaded, evaluated or stored. A figure is a number, "s" where it is withheld, null where it is not known. */
(() => {
const DATA = JSON.parse(document.getElementById("data").textContent);
const ABOUT = DATA.about, POPULATIONS = DATA.populations, C = DATA.colours;
const SVG = "http://www.w3.org/2000/svg", WITHHELD = "s", COUNTRY = -1;
const LANGUAGES = ["en", "ar"];
const chosen = {language: "en", round: ABOUT.round, governorate: COUNTRY, measure: "households", population: "idp"};

/* ---- words and numbers: Western digits in both languages ---- */
const at = () => LANGUAGES.indexOf(chosen.language);
const t = (key, ...given) => given.reduce((text, value, i) => text.split("{" + i + "}").join(String(value)), DATA.words[key][at()]);
const grouped = n => String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, ",");
const number = n => (n < 0 ? "\u2212" : "") + grouped(n);
const signed = n => (n > 0 ? "+" : n < 0 ? "\u2212" : "\u00b1") + grouped(n);
const isNumber = v => typeof v === "number";
const said = v => v === WITHHELD ? t("suppressed") : v === null || v === undefined ? t("missing") : number(v);
const percent = share => share > 0 && share < 0.005 ? "<1%" : share >= 0.995 && share < 1 ? ">99%" : Math.round(100 * share) + "%";
const oneOf = (pair, i) => (chosen.language === "ar" && pair[i + 1]) || pair[i] || pair[i + 1] || "";
const governorate = g => g === COUNTRY ? t("iraq") : oneOf(DATA.governorates[g], 0);
const district = d => oneOf(DATA.districts[d], 0);
const size = bytes => bytes < 1000 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB" : (bytes / 1e6).toFixed(1) + " MB";
const isolated = text => "\u2068" + text + "\u2069";

/* ---- elements ---- */
function put(node, name, value) {
  if (value === true) node.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
}
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else put(node, name, value);
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const sv = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const name = text => el("bdi", {dir: "auto"}, text);
const english = (...texts) => el("span", {lang: "en", dir: "ltr"}, texts);
const digits = text => el("bdi", {dir: "ltr"}, text);
const titled = (node, text) => { node.appendChild(sv("title", null, text)); return node; };
const swatch = colour => el("span", {class: "swatch", "aria-hidden": "true"}, sv("svg", {width: 12, height: 12}, colour === "hatch"
  ? [sv("rect", {width: 12, height: 12, fill: "#fff", stroke: C.hatch}), sv("path", {d: "M0 12L12 0M0 6L6 0M6 12L12 6", stroke: C.hatch})]
  : sv("rect", {x: 0.5, y: 0.5, width: 11, height: 11, fill: colour, stroke: colour === "#fff" ? C.quiet : colour, "stroke-dasharray": colour === "#fff" ? "2 2" : null})));

/* A cell of a figure. */
function cell(value, attributes, show = number) {
  if (value === WITHHELD) return el("td", {...attributes, class: "withheld"}, t("suppressed"));
  if (value === null || value === undefined) return el("td", {...attributes, class: "not"}, t("missing"));
  return el("td", {...attributes, class: "n"}, digits(show(value)));
}
const not = (key, attributes) => el("td", {...attributes, class: "not"}, t(key));
const head = (text, attributes) => el("th", {scope: "col", ...attributes}, text);
const numbered = (text, attributes) => head(text, {class: "n", ...attributes});
function table(caption, heads, rows, attributes) {
  return el("div", {class: "scroll " + ((attributes || {}).class || ""), tabindex: "0", role: "region", "aria-label": caption},
    el("table", null, el("caption", {class: (attributes || {}).hidden ? "said" : null}, caption),
      el("thead", null, heads.every(h => h.tagName === "TR") ? heads : el("tr", null, heads)), el("tbody", null, rows)));
}

/* ---- what is chosen ---- */
const roundRow = () => DATA.rounds.find(row => row[0] === chosen.round);
const has = population => Boolean(DATA.national[population][chosen.round]);
function area(population, round, g) {
  if (g === COUNTRY) { const row = DATA.national[population][round]; return row && {households: row[0], individuals: row[1], locations: row[3]}; }
  const row = (DATA.by_governorate[population][round] || []).find(one => one[0] === g);
  return row && {households: row[1], individuals: row[2], locations: row[3], districts: row[4]};
}
/* The change of an area since the round before: a number, "s", null, or a word that says why there is none. */
function change(population, g) {
  const nation = DATA.national[population][chosen.round];
  if (!nation || nation[7] === null) return {word: "no_earlier"};
  if (g === COUNTRY) return {value: nation[6]};
  const now = area(population, chosen.round, g), was = area(population, nation[7], g);
  if (!now) return {word: was ? "no_longer_listed" : "no_location"};
  if (!was) return {word: "not_listed_before"};
  return {value: difference(now.households, was.households)};
}
function difference(now, was) {
  if (now === WITHHELD || was === WITHHELD) return WITHHELD;
  return isNumber(now) && isNumber(was) ? now - was : null;
}
const places = () => chosen.governorate === COUNTRY ? DATA.governorates.map((_, g) => g) : [chosen.governorate];
const now = () => "R" + chosen.round + (chosen.governorate === COUNTRY ? "" : " \u00b7 " + governorate(chosen.governorate));

/* ---- parts of the page ---- */
function section(id, title, ...body) {
  return el("section", {id, "aria-labelledby": id + "-title"}, el("div", {class: "head"},
    el("h2", {id: id + "-title", tabindex: "-1"}, title[0]), el("span", {class: "now"}, title[1] || null)), body);
}
const note = (...text) => text.filter(Boolean).map(one => el("p", {class: "note"}, one));

function top() {
  const dates = POPULATIONS.filter(p => ABOUT.list_dates[p]).map(p => el("div", null, t(p), ": ", digits(ABOUT.list_dates[p])));
  const fact = (key, value, wide) => el("div", {class: wide ? "wide" : null}, el("dt", null, t(key)), el("dd", null, value));
  return el("header", {class: "top"}, el("div", {class: "sheet"},
    el("div", null, el("p", {class: "kicker"}, t("programme")), el("h1", null, t("title"))),
    el("div", {class: "languages", role: "group", "aria-label": t("language")}, LANGUAGES.map((language, i) =>
      el("button", {type: "button", lang: language, "aria-pressed": String(i === at()), id: "language-" + language,
        click: () => { chosen.language = language; show(); document.getElementById("language-" + language).focus(); }},
        ["English", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629"][i]))),
    el("dl", {class: "facts"},
      fact("tier", [t("tier_" + ABOUT.tier), ABOUT.recipient ? [" (", name(ABOUT.recipient), ")"] : null, el("div", {class: "quiet"}, english(ABOUT.meaning))], true),
      fact("version", [digits("R" + ABOUT.round + " v" + ABOUT.version), el("span", {class: "mark " + ABOUT.kind}, t(ABOUT.kind))]),
      fact("list_dates", dates),
      fact("credit", english(ABOUT.credit), true),
      fact("contact", ABOUT.contact ? name(ABOUT.contact) : t("no_contact")),
      fact("publisher", english(ABOUT.publisher)),
      ABOUT.reason ? fact("reason", [name(ABOUT.reason), ABOUT.feedback.length ? el("div", {class: "quiet"}, t("feedback"), ": ", ABOUT.feedback.join(", ")) : null], true) : null),
    ABOUT.kind === "partial" ? el("p", {class: "warning"}, t("partial_note")) : null));
}

function bar() {
  const dated = row => row[1].idp === row[1].returnee || !row[1].returnee || !row[1].idp ? row[1].idp || row[1].returnee : row[1].idp + " / " + row[1].returnee;
  const rounds = DATA.rounds.slice().reverse().map(row => el("option", {value: row[0], selected: row[0] === chosen.round}, "R" + row[0] + " (" + dated(row) + ")"));
  const names = [[COUNTRY, t("all_governorates")], ...DATA.governorates.map((_, g) => [g, governorate(g)])];
  const picked = (key, node) => { chosen[key] = Number(node.value); const id = node.id; show(); document.getElementById(id).focus(); };
  return el("div", {class: "bar", role: "search", "aria-label": t("filters")}, el("div", {class: "sheet"},
    el("label", {for: "round"}, el("span", null, t("round")), el("select", {id: "round", change: event => picked("round", event.target)}, rounds)),
    el("label", {for: "governorate"}, el("span", null, t("governorate")), el("select", {id: "governorate", change: event => picked("governorate", event.target)},
      names.map(([g, text]) => el("option", {value: g, selected: g === chosen.governorate}, text))))));
}

function headline() {
  const g = chosen.governorate;
  const tiles = POPULATIONS.map(p => {
    const row = roundRow(), nation = DATA.national[p][chosen.round], own = area(p, chosen.round, g);
    const title = el("h3", null, t(p), row && row[1][p] ? el("span", {class: "quiet"}, " \u00b7 ", t("list_of", "R" + chosen.round), " \u00b7 ", digits(row[1][p])) : null);
    if (!nation) return el("div", {class: "tile " + p}, title, el("p", null, t("no_list")));
    if (!own) return el("div", {class: "tile " + p}, title, el("p", null, t("no_location")));
    const fact = (key, value, big, more) => el("div", {class: big ? "big" : null}, el("dt", null, t(key)),
      el("dd", {"data-figure": p + "." + key}, isNumber(value) ? digits(number(value)) : said(value), more));
    const moved = change(p, g), apart = nation[8];
    const share = isNumber(moved.value) && isNumber(own.households) && own.households - moved.value > 0
      ? "(" + (moved.value < 0 ? "\u2212" : "+") + (100 * Math.abs(moved.value) / (own.households - moved.value)).toFixed(1) + "%)" : "";
    return el("div", {class: "tile " + p}, title, el("dl", null,
      fact("households", own.households, true), fact("individuals", own.individuals, true),
      el("div", {class: "big"}, el("dt", null, nation[7] === null ? t("change") : t("change_since", nation[7]), apart > 1 ? " (" + t("rounds_apart", apart) + ")" : null),
        el("dd", {class: "moved"}, moved.word ? el("span", {class: "small"}, t(moved.word)) : isNumber(moved.value)
          ? digits([signed(moved.value)]) : said(moved.value), share ? el("span", {class: "small"}, " ", digits(share)) : null)),
      fact("locations", own.locations),
      g === COUNTRY ? fact("governorates", nation[5]) : fact("districts", own.districts === undefined ? null : own.districts),
      g === COUNTRY ? fact("in_camp", nation[2], false, el("span", {class: "small"}, " ", t("individuals"))) : null),
      nation[9] ? null : el("p", {class: "warning"}, t("incomplete")));
  });
  return section("headline", [t("headline"), now()], el("div", {class: "pair"}, tiles), note(t("apart")));
}

function figures(population, g) {
  const own = area(population, chosen.round, g), moved = change(population, g);
  const mark = measure => ({"data-population": population, "data-measure": measure});
  if (!has(population)) return [el("td", {...mark("households"), class: "not first-of-group", colspan: 3}, t("no_list"))];
  if (!own) {
    const words = moved.word === "no_longer_listed" ? t("no_location") + " (" + t("no_longer_listed") + ")" : t("no_location");
    return [el("td", {...mark("households"), class: "not first-of-group", colspan: 3}, words)];
  }
  const first = cell(own.households, mark("households"));
  first.classList.add("first-of-group");
  return [first, cell(own.individuals, mark("individuals")), moved.word ? not(moved.word, mark("change")) : cell(moved.value, mark("change"), signed)];
}
const before = p => DATA.national[p][chosen.round] ? DATA.national[p][chosen.round][7] : null;
function groupHeads(first) {
  return [el("tr", {class: "groups"}, head("", {}), POPULATIONS.map(p => el("th", {scope: "colgroup", colspan: 3, class: "first-of-group"}, swatch(C[p]), t(p)))),
    el("tr", null, head(first), POPULATIONS.map(p => [numbered(t("households"), {class: "n first-of-group"}), numbered(t("individuals")),
      numbered(before(p) === null ? t("change") : t("change_since", before(p)))]))];
}
function governorates() {
  const rows = [el("tr", {class: "total", "data-governorate": "Iraq"}, el("th", {scope: "row"}, t("iraq")), POPULATIONS.map(p => figures(p, COUNTRY)))];
  DATA.governorates.forEach((names, g) => rows.push(el("tr", {"data-governorate": names[0], class: g === chosen.governorate ? "chosen" : null},
    el("th", {scope: "row"}, el("button", {type: "button", class: "go", click: () => { chosen.governorate = g === chosen.governorate ? COUNTRY : g; show(); }}, name(governorate(g)))),
    POPULATIONS.map(p => figures(p, g)))));
  const absence = (roundRow() || [])[2];
  return section("governorates", [t("by_governorate"), now()], table(t("by_governorate") + " \u00b7 R" + chosen.round, groupHeads(t("governorate")), rows, {class: "fixed", hidden: true}),
    chosen.governorate === COUNTRY ? null : districts(),
    note(absence ? t("absence_" + absence) : null, ABOUT.threshold ? t("withheld_note", ABOUT.threshold) : null));
}
function districts() {
  const found = {};
  POPULATIONS.forEach(p => (DATA.by_district[p][chosen.round] || []).forEach(row => {
    if (DATA.districts[row[0]][2] === chosen.governorate) (found[row[0]] = found[row[0]] || {})[p] = row;
  }));
  const rows = Object.keys(found).map(Number).sort((a, b) => a - b).map(d => el("tr", {"data-district": DATA.districts[d][0]}, el("th", {scope: "row"}, name(district(d))),
    POPULATIONS.map(p => {
      const row = found[d][p];
      const cells = row ? [cell(row[1]), cell(row[2]), cell(row[3])] : [not(has(p) ? "no_location" : "no_list", {colspan: 3})];
      cells[0].classList.add("first-of-group");
      return cells;
    })));
  if (!rows.length) return null;
  const heads = [el("tr", {class: "groups"}, head("", {}), POPULATIONS.map(p => el("th", {scope: "colgroup", colspan: 3, class: "first-of-group"}, swatch(C[p]), t(p)))),
    el("tr", null, head(t("district")), POPULATIONS.map(() => [numbered(t("households"), {class: "n first-of-group"}), numbered(t("individuals")), numbered(t("locations"))]))];
  return table(t("districts") + ": " + governorate(chosen.governorate) + " \u00b7 R" + chosen.round, heads, rows, {class: "fixed"});
}

/* ---- trend ---- */
const day = text => Date.UTC(...text.split("-").map((part, i) => i === 1 ? part - 1 : Number(part))) / 864e5;
const TOTALS = /(^|\|)(households|individuals|list_date|place_id|camp)(\||$)/;
function series(population) {
  return DATA.rounds.filter(row => row[1][population]).map(row => {
    const own = area(population, row[0], chosen.governorate);
    return {round: row[0], date: row[1][population], day: day(row[1][population]), value: own ? own[chosen.measure] : undefined};
  });
}
function ticks(most) {
  if (!(most > 0)) return [0, 1];
  const rough = most / 4, base = 10 ** Math.floor(Math.log10(rough)), step = Math.max(1, [1, 2, 2.5, 5, 10].find(f => f * base >= rough) * base);
  const found = [];
  for (let at = 0; at < most + step; at += step) found.push(at);
  return found;
}
const breaksOf = population => DATA.breaks.filter(row => row[1] && (row[2] === population || row[2] === "both"));
function curve(population, wide, span) {
  const points = series(population), high = 230, left = 62, right = 14, topRoom = 30, bottom = 26;
  const known = points.filter(p => isNumber(p.value)), scale = ticks(Math.max(0, ...known.map(p => p.value))), most = scale[scale.length - 1];
  const x = d => span[1] === span[0] ? (left + wide - right) / 2 : left + (d - span[0]) / (span[1] - span[0]) * (wide - left - right);
  const y = v => high - bottom - v / most * (high - bottom - topRoom);
  const parts = [];
  scale.forEach(v => { if (Number.isInteger(v)) parts.push(sv("line", {x1: left, x2: wide - right, y1: y(v), y2: y(v), stroke: v ? "#e3e7ea" : C.ink}),
    sv("text", {x: left - 6, y: y(v) + 4, "text-anchor": "end", "font-size": 11, fill: C.quiet}, number(v))); });
  timeMarks(span, wide - left - right).forEach(mark => parts.push(sv("line", {x1: x(mark[0]), x2: x(mark[0]), y1: high - bottom, y2: high - bottom + 4, stroke: C.ink}),
    sv("text", {x: x(mark[0]), y: high - 8, "text-anchor": x(mark[0]) > wide - 30 ? "end" : "middle", "font-size": 11, fill: C.quiet}, mark[1])));
  const marked = {};
  breaksOf(population).forEach(row => { (marked[row[0]] = marked[row[0]] || []).push(row); });
  let last = -99, level = 0;
  Object.values(marked).forEach(rows => {
    const at = x(day(rows[0][1]));
    if (at < left - 1 || at > wide - right + 1) return;
    const total = rows.some(row => TOTALS.test(row[4])), group = sv("g", null);
    level = at - last < 34 ? (level + 1) % 2 : 0; last = at;
    if (total) group.append(sv("line", {x1: at, x2: at, y1: topRoom - 4, y2: high - bottom, stroke: "#8f5c0e", "stroke-dasharray": "4 3"}),
      sv("text", {x: at, y: topRoom - 7 - 11 * level, "text-anchor": "middle", "font-size": 10.5, fill: "#7a4d08"}, "R" + rows[0][0]));
    group.append(sv("path", {d: `M${at - 4} ${high - bottom}h8l-4 -7z`, fill: total ? "#8f5c0e" : "#fff", stroke: "#8f5c0e"}));
    parts.push(titled(group, "R" + rows[0][0] + ": " + rows.map(row => row[3]).join(" ")));
  });
  let path = "", open = false;
  points.forEach(p => { if (isNumber(p.value)) { path += (open ? "L" : "M") + x(p.day).toFixed(1) + " " + y(p.value).toFixed(1); open = true; } else open = false; });
  parts.push(sv("path", {d: path || "M0 0", fill: "none", stroke: C[population], "stroke-width": 2}));
  points.forEach(p => {
    const chosenNow = p.round === chosen.round, text = "R" + p.round + ", " + p.date + ": " + (p.value === undefined ? t("no_location") : said(p.value));
    parts.push(titled(isNumber(p.value)
      ? sv("circle", {cx: x(p.day), cy: y(p.value), r: chosenNow ? 5 : 2.8, fill: chosenNow ? "#fff" : C[population], stroke: C[population], "stroke-width": chosenNow ? 2.5 : 1})
      : sv("path", {d: `M${x(p.day) - 4} ${high - bottom - 14}l8 8m0 -8l-8 8`, stroke: C.quiet, "stroke-width": 1.5, fill: "none"}), text));
  });
  return sv("svg", {viewBox: `0 0 ${wide} ${high}`, width: "100%", role: "img", "aria-label": t(population) + ", " + t(chosen.measure) + ", " + t("trend")}, parts);
}
function timeMarks(span, room) {
  const first = new Date(span[0] * 864e5), last = new Date(span[1] * 864e5), years = last.getUTCFullYear() - first.getUTCFullYear();
  const found = [];
  if (years < 2) {
    for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); ; month += 2) {
      const at = Date.UTC(year, month + 1, 0) / 864e5;
      if (at > span[1] + 1) return found;
      if (at >= span[0]) found.push([at, new Date(at * 864e5).toISOString().slice(0, 7)]);
    }
  }
  const step = Math.max(1, Math.ceil(years / Math.max(2, room / 44)));
  for (let year = first.getUTCFullYear() + 1; year <= last.getUTCFullYear(); year += step) found.push([Date.UTC(year, 0, 1) / 864e5, String(year)]);
  return found;
}
function radios(key, legend, options) {
  return el("fieldset", {class: "choice"}, el("legend", {class: "said"}, legend), options.map(([value, text]) => el("label", null,
    el("input", {type: "radio", name: key, id: key + "-" + value, value, checked: chosen[key] === value,
      change: () => { chosen[key] = value; show(); document.getElementById(key + "-" + value).focus(); }}), text)));
}
function trend() {
  const held = POPULATIONS.filter(p => series(p).length);
  if (!held.length) return null;
  const days = held.flatMap(p => series(p).map(point => point.day)), span = [Math.min(...days), Math.max(...days)];
  const panels = held.map(p => {
    const figure = el("figure", {class: "drawn"}, el("h3", null, swatch(C[p]), t(p), " \u00b7 ", t(chosen.measure)));
    later.push(() => figure.append(curve(p, Math.max(280, Math.floor(figure.clientWidth)), span)));
    return figure;
  });
  const rows = DATA.rounds.slice().reverse().map(row => el("tr", {class: row[0] === chosen.round ? "chosen" : null}, el("th", {scope: "row"}, "R" + row[0]), POPULATIONS.map(p => {
    const own = area(p, row[0], chosen.governorate);
    if (!row[1][p]) return [el("td", {class: "first-of-group not"}, "\u2013"), el("td", {class: "not"}, "\u2013"), el("td", {class: "not"}, "\u2013")];
    return [el("td", {class: "first-of-group"}, digits(row[1][p])), own ? cell(own.households) : not("no_location"), own ? cell(own.individuals) : not("no_location")];
  })));
  const heads = [el("tr", {class: "groups"}, head("", {}), POPULATIONS.map(p => el("th", {scope: "colgroup", colspan: 3, class: "first-of-group"}, t(p)))),
    el("tr", null, head(t("round")), POPULATIONS.map(() => [head(t("list_date"), {class: "first-of-group"}), numbered(t("households")), numbered(t("individuals"))]))];
  const breaks = DATA.breaks.map(row => el("li", null, el("b", null, digits("R" + row[0])),
    el("span", null, t(row[2]), " (", t("basis_" + row[5]), "): ", english([row[3], " ", el("span", {class: "quiet"}, "(", row[6], ")")]))));
  return section("trend", [t("trend"), chosen.governorate === COUNTRY ? t("iraq") : governorate(chosen.governorate)],
    radios("measure", t("filters"), [["households", t("households")], ["individuals", t("individuals")]]),
    el("div", {class: "pair"}, panels), note(t("trend_note")),
    details("trend-table", t("figures_table"), () => table(t("trend"), heads, rows, {class: "fixed", hidden: true})),
    breaks.length ? details("breaks", t("breaks") + " (" + breaks.length + ")", () => el("ul", {class: "breaks"}, breaks), true) : null);
}

/* What is folded stays as the reader left it. */
const unfolded = {};
function details(id, summary, body, open) {
  const isOpen = id in unfolded ? unfolded[id] : Boolean(open);
  const node = el("details", {open: isOpen}, el("summary", null, summary));
  let made = false;
  const make = () => { if (!made) { made = true; node.append(body()); } };
  if (isOpen) make();
  node.addEventListener("toggle", () => { unfolded[id] = node.open; if (node.open) make(); });
  return node;
}

/* What was drawn, as long as nothing that it depends on is chosen anew: thousands of points need not be drawn for each round. */
const drawnOnce = {};
function once(name, dependsOn, draw) {
  const key = dependsOn.join(" ");
  if (!drawnOnce[name] || drawnOnce[name][0] !== key) drawnOnce[name] = [key, draw()];
  return drawnOnce[name][1];
}

/* ---- map ---- */
const COSINE = Math.cos(33.2 * Math.PI / 180);
function frame() {
  const own = Object.values(DATA.places.rows).flat().filter(row => chosen.governorate === COUNTRY || row[2] === chosen.governorate);
  if (!own.length) return null;
  const range = i => own.reduce((found, row) => [Math.min(found[0], row[i]), Math.max(found[1], row[i])], [999, -999]);
  const [south, north] = range(4), [west, east] = range(5), pad = Math.max(0.12, 0.06 * (north - south));
  return {south: south - pad, north: north + pad, west: west - pad / COSINE, east: east + pad / COSINE};
}
function graticule(f) {
  const span = Math.max(f.north - f.south, f.east - f.west), step = span > 4 ? 2 : span > 1.6 ? 0.5 : 0.2;
  const marks = (low, high) => { const found = []; for (let i = Math.ceil(low / step); i * step <= high; i++) found.push(Number((i * step).toFixed(1))); return found; };
  return {latitudes: marks(f.south, f.north), longitudes: marks(f.west, f.east)};
}
function chart(population, wide, f) {
  const rows = DATA.places.rows[population];
  const k = Math.min(wide / ((f.east - f.west) * COSINE), 560 / (f.north - f.south)), high = Math.round((f.north - f.south) * k);
  const side = (wide - (f.east - f.west) * COSINE * k) / 2;
  const x = lon => side + (lon - f.west) * COSINE * k, y = lat => (f.north - lat) * k;
  const most = Math.max(1, ...Object.values(DATA.places.rows).flat().map(row => isNumber(row[6]) ? row[6] : 0)), grow = wide / 26 / Math.sqrt(most);
  const parts = [sv("rect", {x: 0, y: 0, width: wide, height: high, fill: "#f7f8f9", stroke: C.line})], lines = graticule(f);
  lines.latitudes.forEach(lat => parts.push(sv("line", {x1: 0, x2: wide, y1: y(lat), y2: y(lat), stroke: "#dfe4e8"}), sv("text", {x: 3, y: y(lat) - 3, "font-size": 10, fill: C.quiet}, lat + "\u00b0 N")));
  lines.longitudes.forEach(lon => parts.push(sv("line", {x1: x(lon), x2: x(lon), y1: 0, y2: high, stroke: "#dfe4e8"}), sv("text", {x: x(lon) + 3, y: high - 4, "font-size": 10, fill: C.quiet}, lon + "\u00b0 E")));
  rows.forEach(row => {
    const own = chosen.governorate === COUNTRY || row[2] === chosen.governorate;
    const px = x(row[5]), py = y(row[4]);
    if (px < 0 || px > wide || py < 0 || py > high) return;
    const colour = own ? DATA.places.colours[row[2]] : "#b9c0c6", sized = isNumber(row[6]);
    parts.push(titled(sv("circle", {cx: px.toFixed(1), cy: py.toFixed(1), r: (sized ? Math.max(1.1, grow * Math.sqrt(row[6])) : 2.4).toFixed(1),
      fill: sized ? colour : "none", "fill-opacity": 0.55, stroke: colour, "stroke-width": sized ? 0.4 : 0.9}),
      isolated(oneOf(row, 0)) + ", " + isolated(governorate(row[2])) + ": " + said(row[6]) + " " + t("households")));
  });
  const drawn = new Set(rows.map(row => row[2])), labels = [];
  DATA.places.middles.filter(row => drawn.has(row[0]) && (chosen.governorate === COUNTRY || row[0] === chosen.governorate)).forEach(row => {
    const px = Math.min(Math.max(x(row[2]), 34), wide - 34), half = 3.4 * governorate(row[0]).length;
    let py = y(row[1]);
    while (labels.some(other => Math.abs(other[1] - py) < 12 && Math.abs(other[0] - px) < other[2] + half) && py < high - 12) py += 3;
    labels.push([px, py, half]);
    const label = {x: px, y: py, "text-anchor": "middle", "font-size": wide < 420 ? 10 : 11.5, "font-weight": 600};
    parts.push(sv("text", {...label, fill: "none", stroke: "#fff", "stroke-width": 3.5, "stroke-linejoin": "round", "stroke-opacity": 0.9, "aria-hidden": "true"}, governorate(row[0])), sv("text", {...label, fill: C.ink}, governorate(row[0])));
  });
  return sv("svg", {viewBox: `0 0 ${wide} ${high}`, width: "100%", role: "img", "aria-label": t("map") + ": " + t(population)}, parts);
}
function map() {
  const f = frame(), held = POPULATIONS.filter(p => DATA.places.rows[p]);
  if (!held.length || !f) return null;
  const panels = held.map(p => {
    const figure = el("figure", {class: "drawn"}, el("h3", null, t(p)));
    later.push(() => { const room = Math.max(280, Math.floor(figure.clientWidth)); figure.append(once("map " + p, [chosen.language, chosen.governorate, room], () => chart(p, room, f))); });
    return figure;
  });
  const left = held.reduce((sum, p) => sum + DATA.places.left_out[p], 0);
  const largest = held.map(p => details("places-" + p, t("largest_places") + ": " + t(p), () => table(t("largest_places") + ": " + t(p), [head(t("location")), head(t("governorate")), head(t("district")), numbered(t("households"))],
    DATA.places.rows[p].filter(row => chosen.governorate === COUNTRY || row[2] === chosen.governorate).slice(0, 20).map(row => el("tr", null, el("th", {scope: "row"}, name(oneOf(row, 0))), el("td", null, name(governorate(row[2]))),
      el("td", null, row[3] === null ? "\u2013" : name(district(row[3]))), cell(row[6]))), {hidden: true})));
  return section("map", [t("map"), "R" + ABOUT.round + (chosen.governorate === COUNTRY ? "" : " \u00b7 " + governorate(chosen.governorate))],
    chosen.round === ABOUT.round ? null : el("p", {class: "warning"}, t("map_only", ABOUT.round)), el("div", {class: "pair"}, panels),
    note(t("map_note", ABOUT.round), ABOUT.coordinate_decimals >= 0 ? t("map_rounded", ABOUT.coordinate_decimals) : null, left ? t("map_left_out", left) : null, ABOUT.disclaimer[at()]), largest);
}

/* ---- margins ---- */
const HUES = {camp: ["#1d4e7a"], private: ["#1f6b52", "#3f8f72", "#6fb096", "#a3cfbd", "#d0e6dd"],
  critical: ["#8a2f14", "#ad4a1f", "#c9692f", "#dc8a4d", "#e9ad7c", "#f3d0b0"], unclassified: ["#5b4a86", "#8373aa", "#b0a5cc", "#d4cde4"], unknown: ["#7d868d", "#b2b9be"]};
const STEPS = ["#10324f", "#1c4f78", "#2b6c9e", "#4a8abb", "#74a7cf", "#9dc3df", "#c2d9ea", "#dfe9d4", "#c7d99a", "#a2bf63", "#7b9c3c", "#5b7628", "#8f6d2f", "#b58e4f", "#d8bb8a"];
function colours(kind, population, used) {
  const found = {}, count = {};
  used.forEach((category, i) => {
    const group = DATA.margins[kind].groups[population][category];
    if (kind === "period") found[category] = STEPS[Math.min(category, STEPS.length - 1)];
    else { const hues = HUES[group] || HUES.unknown; count[group] = count[group] || 0; found[category] = hues[Math.min(count[group]++, hues.length - 1)]; }
  });
  return found;
}
function stack(parts, total, colour, label, id) {
  const pieces = [];
  let at = 0;
  if (isNumber(total) && total > 0) {
    parts.forEach(([category, value]) => {
      if (!isNumber(value) || value <= 0) return;
      const wide = 100 * value / total;
      pieces.push(titled(sv("rect", {x: at.toFixed(3) + "%", y: 0, width: wide.toFixed(3) + "%", height: 16, fill: colour[category], stroke: "#fff", "stroke-width": 0.5}), label(category) + ": " + number(value) + " (" + percent(value / total) + ")"));
      at += wide;
    });
  }
  const hidden = parts.some(part => part[1] === WITHHELD) || total === WITHHELD;
  if (at < 99.99) {
    const x = at.toFixed(3) + "%", width = Math.max(0, 100 - at).toFixed(3) + "%";
    pieces.push(titled(hidden ? sv("rect", {x, y: 0.5, width, height: 15, fill: `url(#hatch-${id})`, stroke: C.hatch, "stroke-width": 0.5})
      : sv("rect", {x, y: 0.5, width, height: 15, fill: "#fff", stroke: C.line, "stroke-dasharray": "2 2"}), hidden ? t("suppressed") : t("not_in_list")));
  }
  const hatch = sv("pattern", {id: "hatch-" + id, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"}, sv("rect", {width: 5, height: 5, fill: "#fff"}), sv("rect", {width: 1.6, height: 5, fill: C.hatch}));
  return sv("svg", {height: 16, "aria-hidden": "true"}, sv("defs", null, hatch), pieces);
}
function margin(kind, title) {
  const own = DATA.margins[kind];
  if (!own) return null;
  const label = category => oneOf(own.categories[category], 0);
  const panels = POPULATIONS.map(p => {
    const rows = own.rows[p][chosen.round] || [], by = {};
    const shown = [COUNTRY, ...places()].filter(g => area(p, chosen.round, g));
    rows.forEach(([g, category, value]) => { (by[g] = by[g] || []).push([category, value]); });
    const used = [...new Set(rows.filter(row => row[2] !== 0).map(row => row[1]))].sort((a, b) => a - b);
    const heading = el("h3", null, swatch(C[p]), t(p));
    if (!has(p)) return el("figure", null, heading, el("p", {class: "quiet"}, t("no_list")));
    if (!used.length) return el("figure", null, heading, el("p", {class: "quiet"}, t("no_margin")));
    const colour = colours(kind, p, used), total = g => area(p, chosen.round, g).households;
    const parts = g => (by[g] || []).slice().sort((a, b) => a[0] - b[0]);
    const hidden = shown.some(g => total(g) === WITHHELD || parts(g).some(part => part[1] === WITHHELD));
    const missing = shown.some(g => isNumber(total(g)) && parts(g).every(part => isNumber(part[1])) && parts(g).reduce((sum, part) => sum + part[1], 0) < total(g));
    const legend = el("ul", {class: "legend", "aria-hidden": "true"}, used.map(c => el("li", null, swatch(colour[c]), label(c))), hidden ? el("li", null, swatch("hatch"), t("suppressed")) : null,
      missing ? el("li", null, swatch("#fff"), t("not_in_list")) : null);
    const bars = table(title + ": " + t(p), [head(t("governorate"), {class: "said"}), head("", {class: "said"}), head(t("households"), {class: "said"})], shown.map((g, i) => el("tr", {class: g === COUNTRY ? "total" : null},
      el("th", {scope: "row"}, name(governorate(g))), el("td", null, stack(parts(g), total(g), colour, label, kind + p + i)), cell(total(g)))), {class: "bars", hidden: true});
    const figures = details(kind + p, t("figures_table"), () => table(title + " \u00b7 " + t("households") + ": " + t(p) + " \u00b7 R" + chosen.round, [head(t("governorate")), used.map(c => numbered(label(c)))].flat(),
      shown.map(g => { const cells = Object.fromEntries(by[g] || []); return el("tr", {class: g === COUNTRY ? "total" : null, "data-governorate": g === COUNTRY ? "Iraq" : DATA.governorates[g][0]}, el("th", {scope: "row"}, name(governorate(g))),
        used.map(c => c in cells ? cell(cells[c], {"data-category": own.categories[c][0]}) : el("td", {class: "n", "data-category": own.categories[c][0]}, "\u00b7"))); }), {class: "fixed"}));
    return el("figure", null, heading, legend, bars, figures);
  });
  return section(kind, [title, now()], el("div", {class: "pair"}, panels), note(t("margin_note")));
}

/* ---- origin and destination ---- */
function shade(population, value, most) {
  const share = Math.log1p(value) / Math.log1p(Math.max(1, most)), base = population === "idp" ? [29, 91, 138] : [47, 125, 91];
  return ["rgb(" + base.map(c => Math.round(255 - (255 - c) * (0.06 + 0.94 * share * share))).join(",") + ")", share > 0.8];
}
function routes() {
  const held = POPULATIONS.filter(p => DATA.routes[p] && (DATA.routes[p][chosen.round] || []).length);
  if (!held.length) return null;
  return section("routes", [t("routes"), now()], el("div", {class: chosen.governorate === COUNTRY ? null : "pair"}, held.map(p => {
    const rows = DATA.routes[p][chosen.round], by = new Map(rows.map(row => [row[0] + "," + row[1], row[2]]));
    const only = g => chosen.governorate === COUNTRY || g === chosen.governorate || g === COUNTRY;
    const order = (a, b) => (a === COUNTRY) - (b === COUNTRY) || a - b;
    const from = [...new Set(rows.map(row => row[0]))].sort(order), to = [...new Set(rows.map(row => row[1]))].filter(only).sort(order);
    const most = Math.max(1, ...rows.filter(row => row[0] !== COUNTRY && row[1] !== COUNTRY && isNumber(row[2])).map(row => row[2]));
    const title = t(p) + ": " + t(p === "idp" ? "origin_to" : "last_to");
    const label = g => g === COUNTRY ? t("total") : governorate(g);
    const body = from.map(a => el("tr", {class: a === COUNTRY ? "total" : null, "data-from": a === COUNTRY ? "total" : DATA.governorates[a][0]}, el("th", {scope: "row"}, name(label(a))), to.map(b => {
      const value = by.get(a + "," + b), mark = {"data-to": b === COUNTRY ? "total" : DATA.governorates[b][0]}, about = label(a) + " \u2192 " + label(b);
      if (value === undefined) return el("td", {...mark, class: "none"}, "\u00b7");
      if (!isNumber(value)) { const node = cell(value, mark); put(node, "title", about); return node; }
      const node = el("td", {...mark, class: "n", title: about}, digits(number(value)));
      if (a !== COUNTRY && b !== COUNTRY) { const [paint, dark] = shade(p, value, most); node.style.background = paint; if (dark) node.classList.add("dark"); }
      return node;
    })));
    return el("figure", null, table(title + " \u00b7 R" + chosen.round, [head(t(p === "idp" ? "origin" : "last_displacement")), ...to.map(g => head(name(label(g))))], body, {class: "matrix fixed"}));
  })), note(t("matrix_note"), t("margin_note").split(". ").slice(1).join(". ")));
}

/* ---- change ---- */
function changes() {
  const rows = POPULATIONS.filter(p => DATA.changes[p][chosen.round]);
  if (!DATA.rounds.length) return null;
  const parts = [["matched_change", 5, 9], ["new_households", 6, 10], ["back_households", 7, 11], ["gone_households", 8, 12]];
  const panels = rows.map(p => {
    const own = DATA.changes[p][chosen.round], total = (key, value, show) => el("tr", null, el("th", {scope: "row"}, t(key)), cell(value, {}, show), el("td", {class: "n"}, ""));
    const summary = table(t(p) + " \u00b7 " + t("iraq") + " \u00b7 " + t("households"), [head(el("span", {class: "said"}, t("change"))), numbered(t("households")), numbered(t("locations"))], [
      el("tr", null, el("th", {scope: "row"}, t("before"), " (R" + own[0] + ")"), cell(own[2]), el("td", null)),
      ...parts.map(([key, value, count]) => el("tr", null, el("th", {scope: "row"}, t(key)), cell(own[value], {}, n => signed(key === "gone_households" ? -n : n)), cell(own[count]))),
      el("tr", {class: "total"}, el("th", {scope: "row"}, t("net_change")), cell(own[4], {}, signed), el("td", null)),
      el("tr", null, el("th", {scope: "row"}, t("now"), " (R" + chosen.round + ")"), cell(own[3]), el("td", null))]);
    const listed = (DATA.largest_changes[p][chosen.round] || []).filter(row => chosen.governorate === COUNTRY || row[2] === chosen.governorate);
    const largest = listed.length ? table(t("largest") + ": " + t(p) + (chosen.governorate === COUNTRY ? "" : " \u00b7 " + governorate(chosen.governorate)), [head(t("location")), head(t("governorate")), numbered(t("before")), numbered(t("now")), numbered(t("change")), head(t("became"))],
      listed.map(row => el("tr", null, el("th", {scope: "row"}, name(oneOf(row, 0))), el("td", null, name(governorate(row[2]))), cell(row[4]), cell(row[5]), cell(row[6], {}, signed), el("td", null, row[7] ? t("became_" + row[7]) : "\u2013")))) : note(t(chosen.governorate === COUNTRY || !(DATA.largest_changes[p][chosen.round] || []).length ? "no_changes" : "not_among"));
    return el("div", null, summary, largest);
  });
  return section("changes", [t("changes"), "R" + chosen.round], panels.length ? el("div", {class: "pair"}, panels) : note(t("no_earlier")), note(t("change_note"), t("largest_note")));
}

/* ---- shelf ---- */
function files() {
  if (!DATA.versions.length) return section("files", [t("files")], note(t("no_versions")));
  const programs = ["latest.json", "releases.json", "feed.xml"].map(file => [" ", el("a", {href: "./" + file, dir: "ltr"}, file)]);
  return section("files", [t("files")], note(t("files_note")), el("p", {class: "note"}, t("for_programs"), programs), DATA.versions.map((version, i) => {
    const dates = POPULATIONS.filter(p => version.list_dates[p]).map(p => [" ", t(p), " ", digits(version.list_dates[p])]);
    const summary = el("span", null, el("strong", null, digits("R" + version.round + " v" + version.version)), el("span", {class: "mark " + version.kind}, t(version.kind)),
      el("span", {class: "mark " + version.state}, t("state_" + version.state)), " ", el("span", {class: "quiet"}, t("published_on"), " ", digits(version.published_on), " \u00b7 ", t("list_dates"), dates, " \u00b7 ", t("count_files", version.files.length)));
    return details("version-" + version.id, summary, () => el("div", null,
      version.reason ? el("p", null, t("reason"), ": ", name(version.reason)) : null, version.notes.map(text => el("p", {class: "quiet"}, name(text))),
      version.state === "withdrawn" ? el("p", {class: "warning"}, t("withdrawn_note")) : table(version.id, [head(t("file")), head(t("holds")), head(t("format")), numbered(t("size")), head("SHA-256")],
        version.files.map(([address, path, what, format, bytes, sha]) => el("tr", null, el("td", null, el("a", {href: address, dir: "ltr"}, path)), el("td", null, name(what)), el("td", null, format), el("td", {class: "n", title: number(bytes) + " B"}, digits(size(bytes))),
          el("td", {class: "sha"}, digits(sha)))), {class: "files", hidden: true}),
      el("p", {class: "sha"}, t("content_hash"), ": ", digits(version.content_sha256))), i === 0);
  }));
}
function revisions() {
  const corrections = DATA.versions.filter(version => version.kind === "correction"), revised = DATA.revisions;
  const given = value => value === null ? el("td", {class: "not"}, t("not_given")) : el("td", null, name(value));
  return section("revisions", [t("revisions")],
    corrections.length ? table(t("correction"), [head(t("version")), head(t("published_on")), head(t("reason"))], corrections.map(version =>
      el("tr", null, el("th", {scope: "row"}, digits("R" + version.round + " v" + version.version)), el("td", null, digits(version.published_on)), el("td", null, name(version.reason)))), {hidden: true}) : note(t("no_corrections")),
    revised.count ? details("revised", t("revised", number(revised.count), number(revised.rows.length)), () => table(t("revisions"), ["release", "population", "round", "place_id", "column", "before", "now", "reason", "feedback"].map(key => head(t(key))),
      revised.rows.map(row => el("tr", null, el("th", {scope: "row"}, digits(row[0])), el("td", null, t(row[1])), el("td", null, "R" + row[2]), el("td", null, name(row[3])), el("td", null, el("code", null, row[4])), given(row[5]), given(row[6]), given(row[7]),
        el("td", null, row[8] === null ? "\u2013" : row[8]))), {hidden: true}), true) : note(t("no_revisions")));
}
function dictionary() {
  return section("dictionary", [t("dictionary")], note(t("in_english")), DATA.dictionary.tables.map(([table_, meaning, grain, rows, columns]) =>
    details("table-" + table_, el("span", null, el("code", null, table_), " ", el("span", {class: "quiet"}, english(meaning + " " + grain[0].toUpperCase() + grain.slice(1) + "."), " (", t("rows", number(rows)), ")")), () =>
      table(table_, [head(t("column")), head(t("type")), head(t("unit")), head(t("meaning"))], columns.map(column => { const [type, unit, text] = DATA.dictionary.columns[column];
        return el("tr", null, el("td", null, el("code", {dir: "ltr"}, column)), el("td", null, english(type)), el("td", null, english(unit)), el("td", null, english(text))); }), {class: "words", hidden: true}))));
}
function foot() {
  return el("footer", null, el("div", {class: "sheet"}, ABOUT.notes.length ? [el("h3", null, t("notes")), ABOUT.notes.map(text => el("p", null, name(text)))] : null,
    el("p", null, english(ABOUT.credit)), el("p", null, el("strong", null, t("licence"), ": "), english(ABOUT.licence)),
    el("p", null, el("strong", null, t("contact"), ": "), ABOUT.contact ? name(ABOUT.contact) : t("no_contact")), note(ABOUT.disclaimer[at()], t("translation"))));
}
function nav(parts) {
  const go = id => event => { event.preventDefault(); const title = document.getElementById(id + "-title"); title.parentNode.parentNode.scrollIntoView(); title.focus({preventScroll: true}); };
  return el("nav", {"aria-label": t("parts")}, el("div", {class: "sheet"}, el("ul", null, parts.map(part => el("li", null, el("a", {href: "#" + part.id, click: go(part.id)}, part.querySelector("h2").textContent))))));
}

/* ---- the page ---- */
let later = [];
function show() {
  const old = document.getElementById("page"), kept = window.scrollY;
  later = [];
  document.documentElement.lang = chosen.language;
  document.documentElement.dir = DATA.direction[chosen.language];
  document.title = t("title") + " \u00b7 " + t("programme");
  document.querySelector(".skip").textContent = t("skip");
  const parts = [headline(), governorates(), trend(), map(), margin("shelter", t("shelter_by")), margin("period", t("period_by")), routes(), changes(), files(), revisions(), dictionary()].filter(Boolean);
  old.replaceChildren(top(), bar(), nav(parts), el("main", {class: "sheet"}, parts), foot());
  later.forEach(draw => draw());
  window.scrollTo(0, kept);
}
let wide = 0;
window.addEventListener("resize", () => { if (document.documentElement.clientWidth !== wide) { wide = document.documentElement.clientWidth; show(); } });
wide = document.documentElement.clientWidth;
show();
})();
