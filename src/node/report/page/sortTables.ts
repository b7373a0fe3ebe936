/** Runs in the page: tables are sorted by the buttons in their heads. */
export const sortTables = (): void => {
  for (const table of document.querySelectorAll('table.sortable')) {
    const heads = [...table.querySelectorAll('thead th')]
    const body = table.querySelector('tbody')
    heads.forEach((head, column) => {
      head.querySelector('button')?.addEventListener('click', () => {
        const isRising = head.getAttribute('aria-sort') !== 'ascending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', isRising ? 'ascending' : 'descending')
        const rows = [...(body?.rows ?? [])].map(row => {
          const cell = row.cells[column]
          const value = cell?.dataset['value']
          return {
            row,
            value: value === undefined ? (cell?.textContent ?? '') : value === '' ? -Infinity : Number(value),
          }
        })
        rows.sort(({ value: one }, { value: other }) => {
          const order =
            typeof one === 'number' && typeof other === 'number'
              ? one - other
              : String(one).localeCompare(String(other))
          return isRising ? order : -order
        })
        body?.append(...rows.map(({ row }) => row))
      })
    })
  }
}
