// The figure of this page: shows the elements in #data, keeps one selection with the tables, the address and the keyboard.
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const canvas = byId("canvas"), columns = byId("columns"), search = byId("search"), found = byId("found");
  const detail = byId("detail"), calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const welcome = Array.from(detail.childNodes);
  byId("static").hidden = true;
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

  function shape() {
    const high = canvas.clientWidth * data.bounds.height / data.bounds.width;
    canvas.style.height = Math.round(Math.max(420, Math.min(high, 0.84 * window.innerHeight))) + "px";
  }
  shape();

  const cy = cytoscape({
    container: byId("graph"), elements: data.elements, style: data.style, layout: { name: "preset" },
    minZoom: 0.05, maxZoom: 5, boxSelectionEnabled: false, autoungrabify: true, selectionType: "single",
  });
  window.explorer = cy;

  function follow() {
    const pan = cy.pan();
    columns.style.transform = `translate(${pan.x}px, ${pan.y}px) scale(${cy.zoom()})`;
  }
  function fit() {
    const box = data.bounds, width = cy.width(), height = cy.height();
    const zoom = Math.min(1.6, width / box.width, height / box.height);
    cy.viewport({ zoom, pan: {
      x: (width - zoom * box.width) / 2 - zoom * box.x,
      y: (height - zoom * box.height) / 2 - zoom * box.y,
    } });
  }
  function zoomBy(factor) {
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }
  cy.on("viewport", follow);
  window.addEventListener("resize", () => { shape(); cy.resize(); fit(); });
  fit();
  follow();

  // Selection: "n3", "e7", "p1", or nothing.
  let selected = "";
  const members = (id) => {
    if (data.paths[id]) return cy.collection(data.paths[id].map((part) => cy.getElementById(part)).filter((e) => e.length));
    return id ? cy.getElementById(id) : cy.collection();
  };
  function around(parts, id) {
    if (data.paths[id]) return parts;
    return parts.isNode() ? parts.closedNeighborhood() : parts.union(parts.connectedNodes());
  }
  function select(id, options) {
    const parts = members(id);
    selected = parts.length ? id : "";
    cy.batch(() => {
      cy.elements().removeClass("picked faded");
      if (!selected) return;
      cy.elements().difference(around(parts, id)).addClass("faded");
      parts.addClass("picked");
    });
    for (const row of document.querySelectorAll(".picked")) row.classList.remove("picked");
    const row = selected && byId(selected);
    if (row) row.classList.add("picked");
    describe();
    const hash = selected ? "#" + selected : "";
    if (hash !== window.location.hash) window.history.replaceState(null, "", hash || window.location.pathname + window.location.search);
    if (selected && options && options.show) show(parts);
  }
  function show(parts) {
    // Too small to read: come nearer.
    if (cy.zoom() < 0.5) {
      if (data.paths[selected]) cy.fit(parts, 40); else cy.zoom(0.8);
      if (cy.zoom() > 1.6) cy.zoom(1.6);
      cy.center(parts);
      return;
    }
    const box = parts.renderedBoundingBox(), room = 20;
    if (box.x1 > room && box.y1 > room && box.x2 < cy.width() - room && box.y2 < cy.height() - room) return;
    if (calm.matches) cy.center(parts); else cy.animate({ center: { eles: parts }, duration: 200 });
  }

  // Text is copied from the tables, which were escaped when the page was written; nothing is parsed as HTML here.
  function describe() {
    const row = selected && byId(selected);
    detail.replaceChildren();
    if (!row) { detail.append(...welcome); return; }
    const title = document.createElement("h2");
    title.textContent = row.dataset.title;
    detail.append(title);
    if (row.tagName !== "TR") { detail.append(...copies(row.querySelectorAll(":scope > p")), steps(row)); return; }
    const heads = row.closest("table").tHead.rows[0].cells;
    Array.from(row.cells).forEach((cell, i) => {
      if (!cell.textContent.trim()) return;
      const line = document.createElement("p"), name = document.createElement("strong");
      name.textContent = heads[i].textContent + ": ";
      line.append(name, ...copies(cell.childNodes));
      detail.append(line);
    });
    if (selected[0] === "n") detail.append(...neighbours());
  }
  const copies = (nodes) => Array.from(nodes, (node) => node.cloneNode(true));
  function steps(path) {
    const list = document.createElement("ol");
    for (const row of path.querySelectorAll("tbody tr")) {
      const item = document.createElement("li");
      [0, 1, 2, 4].forEach((i) => item.append(i === 4 ? ": " : " ", ...copies(row.cells[i].childNodes)));
      list.append(item);
    }
    return list;
  }
  function neighbours() {
    const title = document.createElement("h3"), list = document.createElement("ul");
    title.textContent = "Edges";
    cy.getElementById(selected).connectedEdges().forEach((edge) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = "#" + edge.id();
      link.textContent = byId(edge.id()).dataset.title;
      item.append(link);
      list.append(item);
    });
    return [title, list];
  }

  cy.on("tap", (event) => select(event.target === cy ? "" : event.target.id()));
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !members(link.hash.slice(1)).length) return;
    event.preventDefault();
    select(link.hash.slice(1), { show: true });
    if (!link.closest("#detail")) canvas.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  });
  window.addEventListener("hashchange", () => select(window.location.hash.slice(1), { show: true }));

  // Search: every word must occur in the row of an element.
  let matches = [], turn = -1;
  const rows = Array.from(document.querySelectorAll("tr[data-title]"), (row) => [row, row.textContent.toLowerCase() + " " + (row.dataset.more || "").toLowerCase()]);
  function look() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    matches = [];
    turn = -1;
    cy.batch(() => {
      cy.elements().removeClass("match");
      for (const [row, text] of rows) {
        const hit = words.every((word) => text.includes(word));
        row.hidden = !hit;
        if (hit && words.length) { matches.push(row.id); cy.getElementById(row.id).filter("node").addClass("match"); }
      }
    });
    matches.sort((a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0));
    const count = (kind, word) => {
      const number = matches.filter((id) => id[0] === kind).length;
      return `${number} ${word}${number === 1 ? "" : "s"}`;
    };
    found.textContent = words.length ? `${count("n", "node")}, ${count("e", "edge")}` : "";
  }
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && matches.length) {
      turn = (turn + (event.shiftKey ? matches.length - 1 : 1) + (turn < 0 && event.shiftKey ? 1 : 0)) % matches.length;
      select(matches[turn], { show: true });
    } else if (event.key === "Escape") {
      search.value = "";
      look();
      canvas.focus();
    }
  });

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function step(direction) {
    const here = cy.getElementById(selected).filter("node");
    if (!here.length) { select(cy.nodes().min((node) => node.position("y") * 10 + node.position("x")).ele.id(), { show: true }); return; }
    const at = here.position();
    const ahead = (nodes) => {
      let best = null, least = Infinity;
      nodes.forEach((node) => {
        const dx = node.position("x") - at.x, dy = node.position("y") - at.y;
        const along = dx * direction[0] + dy * direction[1], aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
        if (along > 1 && along + 2 * aside < least && aside <= 2 * along) { best = node; least = along + 2 * aside; }
      });
      return best;
    };
    const next = ahead(here.neighborhood("node")) || ahead(cy.nodes().difference(here));
    if (next) select(next.id(), { show: true });
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (arrows[key]) step(arrows[key]);
    else if (key === "Enter") openEvidence();
    else if (key === "+" || key === "=") zoomBy(1.25);
    else if (key === "-") zoomBy(0.8);
    else if (key === "0") fit();
    else return;
    event.preventDefault();
  });
  function openEvidence() {
    const row = selected && byId(selected);
    if (!row) return;
    row.hidden = false;
    row.tabIndex = -1;
    row.focus();
    row.scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
    else if (event.key === "Escape" && !typing) select("");
  });
  byId("zoom-in").addEventListener("click", () => zoomBy(1.25));
  byId("zoom-out").addEventListener("click", () => zoomBy(0.8));
  byId("zoom-fit").addEventListener("click", fit);
  byId("clear").addEventListener("click", () => select(""));
  if (members(window.location.hash.slice(1)).length) {
    select(window.location.hash.slice(1), { show: true });
    // After the browser's own jump to the row.
    window.addEventListener("load", () => window.setTimeout(() => canvas.scrollIntoView({ block: "nearest" })));
  }
})();
