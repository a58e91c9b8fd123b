"use strict";
// The data, the heat map, the lists of places, and the pages of services. `report` is what the graph needs of it.
const report = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const home = document.getElementById("matrix"), filter = document.getElementById("filter"), every = document.getElementById("every");
  const more = document.getElementById("more"), told = document.getElementById("told"), dialog = document.getElementById("places");
  const FOREIGN = 1, OPEN = 2, STEP = 150;
  const name = (service) => data.services[service][0];
  const owner = (row) => row.owner < 0 ? "no owner" : name(row.owner);
  const rows = data.tables.map(([name, owner, database, schema, shared], index) =>
    ({ name, owner, database: data.databases[database], where: database, schema, shared, index, cells: new Map() }));
  for (const [service, table, flags, found] of data.cells) {
    const modes = found.map(([mode, ...places]) => ({ mode, places }));
    rows[table].cells.set(service, { modes, foreign: !!(flags & FOREIGN), open: !!(flags & OPEN), uses: modes.reduce((sum, m) => sum + m.places.length / 2, 0) });
  }
  let sorting = null, falling = true, limit = STEP;

  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  // A place becomes a link to the repository's host when it is first shown.
  const link = (item) => {
    const found = /^(.*):(\d+)$/.exec(item.textContent);
    if (!data.source || !found || item.firstElementChild) return;
    const anchor = make("a", item.textContent);
    anchor.href = `${data.source}${found[1].split("/").map(encodeURIComponent).join("/")}#L${found[2]}`;
    anchor.rel = "noreferrer";
    item.replaceChildren(anchor);
  };
  const said = (cell) => cell.modes.map(({ mode, places }) => `${data.words[mode]} ×${places.length / 2}`).join(", ");
  const has = (modes, ...wanted) => modes.some((mode) => wanted.includes(mode));
  // 1 write, 4 lock, 5 change; 2 join, 3 foreign key; 0 read.
  const heat = (modes) => has(modes, 1, 4, 5) ? "write" : has(modes, 2, 3) ? "tied" : "read";
  const letters = (modes) => [...new Set(modes)].sort().map((mode) => data.letters[mode]).join("");

  // The places of one cell, mode by mode.
  const places = (cell, body, level = "h3") => {
    for (const { mode, places } of cell.modes) {
      body.append(make(level, `${data.words[mode]} ×${places.length / 2}`));
      const list = make("ul", undefined, "places");
      for (let i = 0; i < places.length; i += 2) list.append(make("li", `${data.paths[places[i]]}:${places[i + 1]}`));
      list.childNodes.forEach(link);
      body.append(list);
    }
  };
  const show = (row, service) => {
    dialog.querySelector("h2").textContent = `${name(service)} → ${row.name} (${owner(row)})`;
    const body = dialog.querySelector("div");
    body.replaceChildren();
    places(row.cells.get(service), body);
    dialog.showModal();
  };

  const key = (row) => sorting === "name" ? row.name : row.cells.has(sorting) ? row.cells.get(sorting).uses : 0;
  const sorted = (found) => {
    if (sorting === null) return found.sort((a, b) => (a.owner < 0) - (b.owner < 0) || a.owner - b.owner || a.where - b.where || a.index - b.index);
    found.sort((a, b) => { const x = key(a), y = key(b); return (x < y ? -1 : x > y ? 1 : 0) * (falling ? -1 : 1) || a.index - b.index; });
    return found;
  };
  const head = (columns) => {
    const line = make("tr");
    const add = (text, value, style, first) => {
      const cell = make("th"), button = make("button", text, style);
      cell.scope = "col";
      button.title = text;
      button.type = "button";
      button.onclick = () => { falling = sorting === value ? !falling : first; sorting = value; draw(); };
      if (sorting === value) cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      cell.append(button);
      line.append(cell);
    };
    add("table", "name", "flat", false);
    for (const index of columns) add(name(index), index, "up", true);
    return line;
  };
  const square = (row, index) => {
    const cell = make("td"), found = row.cells.get(index);
    if (!found) return cell;
    const modes = found.modes.map(({ mode }) => mode), button = make("button", letters(modes));
    cell.className = found.foreign ? `${heat(modes)} h${found.uses > 9 ? 3 : found.uses > 2 ? 2 : 1}` : "own";
    button.type = "button";
    button.setAttribute("aria-label", `${letters(modes)}: ${name(index)}, ${row.name}: ${said(found)}`);
    button.onclick = () => show(row, index);
    cell.append(button);
    return cell;
  };

  const draw = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const speaks = (row) => [row.name, owner(row), row.database, ...[...row.cells.keys()].map(name)].join(" ").toLowerCase();
    const found = sorted(rows.filter((row) => (every.checked || row.shared) && words.every((word) => speaks(row).includes(word))));
    const seen = found.slice(0, limit);
    const columns = data.services.map((_, index) => index).filter((index) => seen.some((row) => row.cells.has(index)));
    const table = make("table"), top = make("thead"), body = make("tbody");
    table.setAttribute("aria-labelledby", "matrix-title");
    top.append(head(columns));
    let group = "";
    for (const row of seen) {
      const title = `${owner(row)} · ${row.database}`;
      if (sorting === null && title !== group) {
        const line = make("tr", undefined, "group"), cell = make("th");
        cell.append(make("span", title));
        cell.title = title;
        cell.colSpan = columns.length + 1;
        cell.scope = "rowgroup";
        line.append(cell);
        body.append(line);
        group = title;
      }
      const line = make("tr"), cell = make("th"), label = make("span", row.name, "name");
      cell.scope = "row";
      label.title = `${row.name} (${owner(row)})`;
      cell.append(label);
      line.append(cell, ...columns.map((index) => square(row, index)));
      body.append(line);
    }
    table.append(top, body);
    home.replaceChildren(table);
    told.textContent = found.length ? `${seen.length} of ${found.length} tables` : "No table.";
    more.hidden = seen.length === found.length;
  };

  // Lists: places come from the data when a list of them is opened; a heading sorts; long lists are shown in part.
  const fill = (details) => {
    if (details.dataset.done) return;
    details.dataset.done = "1";
    const wanted = details.dataset.t.split(" ").filter(Boolean).map(Number), user = details.dataset.u;
    for (const table of wanted) {
      for (const [service, cell] of rows[table].cells) {
        if (!cell.foreign || (user !== undefined && Number(user) !== service)) continue;
        if (wanted.length > 1 || user === undefined) details.append(make("p", user === undefined ? name(service) : rows[table].name, "whose"));
        places(cell, details, "p");
      }
    }
  };
  const value = (row, column) => {
    const text = row.cells[column].textContent.trim(), number = Number.parseFloat(text.replace(/[, %]/g, ""));
    return row.cells[column].classList.contains("n") ? (Number.isNaN(number) ? -1 : number) : text.toLowerCase();
  };
  const sortable = (table) => {
    const body = table.tBodies[0], all = [...body.rows], heads = [...table.tHead.rows[0].cells];
    if (all.length < 2) return;
    heads.forEach((cell, column) => {
      if (!cell.textContent) return;
      const button = make("button", cell.textContent);
      button.type = "button";
      button.onclick = () => {
        const down = cell.getAttribute("aria-sort") ? cell.getAttribute("aria-sort") !== "descending" : cell.classList.contains("n");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keys = new Map(all.map((row) => [row, value(row, column)]));
        all.sort((a, b) => { const x = keys.get(a), y = keys.get(b); return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1); });
        body.append(...all);
        cut();
      };
      cell.replaceChildren(button);
    });
    const MOST = 25;
    let whole = all.length <= MOST + 10;
    const cut = () => all.forEach((row, index) => row.classList.toggle("later", !whole && index >= MOST));
    if (!whole) {
      const button = make("button", `Show all ${all.length}`);
      button.type = "button";
      button.onclick = () => { whole = true; cut(); button.parentElement.remove(); };
      const line = make("p", undefined, "tools");
      line.append(button);
      table.parentElement.after(line);
    }
    cut();
  };

  // What a service owns, uses and is used for; made when its page is first turned to, or all are printed.
  const turned = (section) => {
    const own = Number(section.dataset.service), owns = section.querySelector("[data-owns]");
    if (owns.dataset.done) return;
    owns.dataset.done = "1";
    const link = (service) => {
      if (service < 0) return make("span", "nobody", "dim");
      const anchor = make("a", name(service)), target = document.querySelector(`[data-service="${service}"] h2`);
      if (target) anchor.href = `#${target.id}`;
      return anchor;
    };
    const list = (home, groups, words, none) => {
      for (const [service, found] of [...groups].sort(([a], [b]) => a - b)) {
        const item = make("li"), fold = make("details"), modes = new Map();
        for (const [, cell] of found) for (const { mode, places } of cell.modes) modes.set(mode, (modes.get(mode) ?? 0) + places.length / 2);
        const tables = [...new Set(found.map(([row]) => row.index))];
        item.append(...words(link(service), tables.slice(0, 12).map((table) => rows[table].name).join(", ") + (tables.length > 12 ? ` and ${tables.length - 12} more` : "")));
        fold.dataset.t = tables.join(" ");
        fold.dataset.u = found[0][2];
        fold.append(make("summary", [...modes].sort(([a], [b]) => a - b).map(([mode, n]) => `${data.words[mode]} ×${n}`).join(", ")));
        item.append(fold);
        home.append(item);
      }
      if (!groups.size) home.replaceWith(make("p", none, "dim"));
    };
    const uses = new Map(), used = new Map(), owned = [];
    const put = (groups, key, entry) => (groups.get(key) ?? groups.set(key, []).get(key)).push(entry);
    for (const row of rows) {
      if (row.owner === own) owned.push(row);
      for (const [service, cell] of row.cells) {
        if (cell.foreign && service === own) put(uses, row.owner, [row, cell, service]);
        if (cell.foreign && row.owner === own) put(used, service, [row, cell, service]);
      }
    }
    owned.forEach((row, index) => {
      owns.append(index ? ", " : "", make("code", row.name));
      const others = [...row.cells.values()].filter(({ foreign }) => foreign).length;
      if (others) owns.append(make("span", ` (${others} other${others === 1 ? "" : "s"})`, "dim"));
    });
    list(section.querySelector("[data-uses]"), uses, (who, tables) => [make("code", tables), " of ", who], "It keeps to its own data.");
    list(section.querySelector("[data-used]"), used, (who, tables) => [who, " uses ", make("code", tables)], "Nobody else uses its tables.");
  };

  // Each service has a page of its own: its section alone, by its address.
  const turn = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1))), section = target && target.closest(".service");
    document.querySelectorAll(".service.shown").forEach((other) => other.classList.remove("shown"));
    document.body.classList.toggle("one", !!section);
    document.title = section ? `${target.textContent}: who owns which data` : "Who owns which data";
    if (section) { turned(section); section.classList.add("shown"); target.focus({ preventScroll: true }); scrollTo(0, 0); } else if (target) target.scrollIntoView();
  };

  filter.oninput = every.onchange = () => { limit = STEP; draw(); };
  more.onclick = () => { limit += 2 * STEP; draw(); };
  document.getElementById("unsort").onclick = () => { sorting = null; draw(); };
  dialog.querySelector("button").onclick = () => dialog.close();
  if (!rows.some((row) => row.shared)) every.checked = true;
  document.querySelectorAll(".place").forEach(link);
  document.querySelectorAll("table.list").forEach(sortable);
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-t][open]")) fill(event.target);
    event.target.querySelectorAll(".places li").forEach(link);
  }, true);
  document.body.classList.add("paged");
  addEventListener("hashchange", turn);
  addEventListener("beforeprint", () => document.querySelectorAll(".service").forEach(turned));
  draw();
  turn();
  return { data, rows, make, places, said, heat, name, owner };
})();
