const input = document.getElementById("q");
const found = document.getElementById("found");
const count = document.getElementById("count");

function fits(entry, words) {
  const text = [entry.title, entry.about, ...entry.words].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function rank(entry, words) {
  const title = entry.title.toLowerCase();
  return words.some((word) => title.includes(word)) ? 0 : 1;
}

function line(entry, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = entry.link;
  link.textContent = entry.title;
  item.append(link, " ", entry.about);
  const hits = entry.words.filter((name) => words.some((word) => name.toLowerCase().includes(word)));
  if (hits.length > 0) {
    const names = document.createElement("code");
    names.textContent = hits.slice(0, 8).join(", ");
    item.append(" ", names);
  }
  return item;
}

function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter((word) => word.length > 0);
  const hits = words.length === 0 ? [] : entries.filter((entry) => fits(entry, words));
  hits.sort((one, other) => rank(one, words) - rank(other, words) || one.title.localeCompare(other.title));
  found.replaceChildren(...hits.map((entry) => line(entry, words)));
  count.textContent = words.length === 0 ? "" : hits.length + (hits.length === 1 ? " page" : " pages");
}

input.value = new URLSearchParams(location.search).get("q") || "";
input.addEventListener("input", search);
search();
