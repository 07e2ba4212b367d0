// Suggestions under the search box (ARIA combobox). Everything works without this file.
(() => {
  const input = document.getElementById("q");
  if (!input || !window.fetch) return;
  const list = document.createElement("ul");
  list.id = "q-options"; list.className = "options"; list.hidden = true; list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Gợi ý");
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(name, value);
  let at = -1, timer = 0, asked = "";
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (option) => { if (option.dataset.url) location.href = option.dataset.url; else { input.value = option.textContent; input.form.submit(); } };
  const move = (step) => {
    const options = list.children;
    at = (at + step + options.length) % options.length;
    [...options].forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", options[at].id);
  };
  const show = (items) => {
    list.replaceChildren(...items.map((item, i) => {
      const option = document.createElement("li");
      option.id = "q-option-" + i; option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
      option.textContent = item.text; if (item.url) option.dataset.url = item.url;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    if (!items.length) return close();
    at = -1; list.hidden = false; input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const q = asked = input.value.trimStart(); // a space at the end tells that the last word is whole
    if (q.trim().length < 3) return close();
    timer = setTimeout(async () => {
      try {
        const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(q));
        if (answer.ok && q === asked) show((await answer.json()).items);
      } catch { close(); }
    }, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(list.children[at]); }
  });
  input.addEventListener("blur", close);
})();
