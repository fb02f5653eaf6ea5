'use strict';
// Everything can be read without this script; it only narrows the table.
const tools = document.getElementById('tools');
const search = document.getElementById('search');
const status = document.getElementById('status');
const shown = document.getElementById('shown');
const rows = Array.from(document.querySelectorAll('#outcomes tbody tr'), (row) => ({
  row,
  status: row.dataset.status,
  text: row.textContent.toLowerCase(),
}));
const narrow = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { row, status: own, text } of rows) {
    const fits = (!status.value || own === status.value) && words.every((word) => text.includes(word));
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count.toLocaleString('en')} of ${rows.length.toLocaleString('en')} here shown`;
};
let waiting;
search.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(narrow, 150);
});
status.addEventListener('change', narrow);
tools.hidden = false;
narrow();
