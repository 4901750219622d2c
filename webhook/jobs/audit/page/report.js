"use strict";
(() => {
  const form = document.getElementById("filter");
  if (form === null) return;
  const text = document.getElementById("text");
  const outcome = document.getElementById("outcome");
  const shown = document.getElementById("shown");
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    element: group,
    outcome: group.dataset.outcome,
    pieces: [...group.querySelectorAll(".piece")].map((piece) => ({
      element: piece,
      rows: [...piece.querySelectorAll("tbody tr")].map((row) => ({ element: row, text: null })),
    })),
    about: group.querySelector("h3").textContent.toLowerCase(),
  }));
  const total = groups.reduce((sum, group) => sum + group.pieces.reduce((more, piece) => more + piece.rows.length, 0), 0);

  const matches = (row, words, about) => {
    row.text ??= row.element.textContent.toLowerCase();
    return words.every((word) => row.text.includes(word) || about.includes(word));
  };

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const group of groups) {
      const wanted = outcome.value === "" || group.outcome === outcome.value;
      let inGroup = 0;
      for (const piece of group.pieces) {
        let inPiece = 0;
        for (const row of piece.rows) {
          const visible = wanted && matches(row, words, group.about);
          row.element.hidden = !visible;
          inPiece += visible;
        }
        piece.element.hidden = inPiece === 0;
        inGroup += inPiece;
      }
      group.element.hidden = inGroup === 0;
      left += inGroup;
    }
    shown.textContent = `${left.toLocaleString("en")} of ${total.toLocaleString("en")} shown`;
  };

  let timer = 0;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 80);
  });
  outcome.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
  form.hidden = false;
  filter();
})();
