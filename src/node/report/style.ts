/** The style of the page. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--panel:#f6f7f9;--text:#1a2230;--quiet:#5c6677;--line:#e1e5eb;--accent:#2563eb;--up:#0f8a5f;--down:#d03a52;--buy:#2563eb;--sell:#b45309}
@media (prefers-color-scheme:dark){:root{--back:#0d1320;--panel:#141c2c;--text:#e5e9f0;--quiet:#93a0b5;--line:#243044;--accent:#6ea0ff;--up:#2ebd85;--down:#f6465d;--buy:#6ea0ff;--sell:#f5a524}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0}
h2{font-size:17px;margin:36px 0 8px}
p{margin:4px 0}
.note,header p{color:var(--quiet)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:10px;margin:0}
.figures div{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 12px}
dt{color:var(--quiet);font-size:13px}
dd{margin:0;font-size:17px;font-variant-numeric:tabular-nums}
.chart{height:380px;border:1px solid var(--line);border-radius:8px;overflow:hidden}
.wide{overflow-x:auto}
.tall{max-height:560px;overflow:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:5px 10px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{color:var(--quiet);font-weight:500;font-size:13px}
.tall thead th{position:sticky;top:0;background:var(--panel)}
.number,.months td,.months th,.heatmap th{text-align:right}
.months th:first-child,.heatmap th:first-child{text-align:left}
.tall table{font-size:14px}
.tall th,.tall td{padding:5px 8px}
.gain{color:var(--up)}.loss{color:var(--down)}.buy{color:var(--buy)}.sell{color:var(--sell)}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
td button{text-decoration:underline;text-decoration-color:var(--line)}
button:focus-visible,[tabindex]:focus-visible,select:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
.histogram{display:flex;align-items:flex-end;gap:2px;height:200px;margin:0;padding:20px 0 0;list-style:none;border-bottom:1px solid var(--line)}
.histogram li{flex:1;height:100%;display:flex;flex-direction:column;justify-content:flex-end;min-width:0}
.bar{display:block;background:currentColor;border-radius:3px 3px 0 0}
.count{font-size:11px;text-align:center;color:var(--quiet)}
.ends{display:flex;justify-content:space-between;color:var(--quiet);font-size:13px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.heatmap td{text-align:right}
.heat{background:color-mix(in oklab,color-mix(in oklab,var(--up) calc(var(--heat)*100%),var(--down)) 45%,var(--back))}
.best{outline:2px solid var(--text);outline-offset:-2px;font-weight:600}
.cold{color:var(--quiet)}
select{max-width:100%;font:inherit;margin:0 0 8px;padding:4px 8px;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:6px}
footer{color:var(--quiet);font-size:13px;padding-top:40px;padding-bottom:40px}
@media (max-width:600px){main,header,footer{padding-left:12px;padding-right:12px}.chart{height:280px}.figures{grid-template-columns:repeat(2,1fr)}.count{font-size:9px}}
`
