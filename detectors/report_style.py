"""How the report of an evaluation looks. It stands in the page itself: the page is one file and loads nothing."""

STYLE = """
:root { --ink:#1d2733; --soft:#5b6875; --line:#dde3ea; --paper:#fff; --ground:#f3f5f8; --good:#1b7f5c; --bad:#c2413b;
  --blue:#2f6fb3; --grey:#8a96a3; --warn:#fff6e0; --warn-line:#e8c468; }
* { box-sizing:border-box; }
body { margin:0; background:var(--ground); color:var(--ink);
  font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif; }
main { max-width:1080px; margin:0 auto; padding:28px 20px 60px; }
header.top { background:#17324d; color:#fff; }
header.top > div { max-width:1080px; margin:0 auto; padding:26px 20px 22px; }
header.top h1 { margin:0 0 6px; font-size:26px; line-height:1.3; }
header.top .facts { color:#c3d3e3; font-size:13px; overflow-wrap:anywhere; }
header.top .facts b { color:#fff; font-weight:600; }
h2 { font-size:19px; margin:38px 0 12px; }
h3 { font-size:15px; margin:0 0 8px; overflow-wrap:anywhere; }
[lang=en] { color:var(--soft); }
h1 [lang=en], .top [lang=en] { color:#9fb9d2; }
h1 [lang=en], h2 [lang=en], h3 [lang=en] { font-weight:400; font-size:.8em; margin-left:.4em; }
p { margin:0 0 8px; } p [lang], li [lang], .said [lang] { display:block; }
.inline [lang], td [lang], th [lang], dt [lang], label [lang] { display:inline; }
.inline [lang=en], td [lang=en], th [lang=en], dt [lang=en] { font-size:.86em; margin-left:.35em; }
.tongues { float:right; font-size:13px; color:#c3d3e3; display:flex; gap:14px; }
.tongues label { cursor:pointer; }
body:has(#only-zh:checked) [lang=en], body:has(#only-en:checked) [lang=zh] { display:none !important; }
body:has(#only-en:checked) [lang=en] { color:inherit; font-size:inherit; font-weight:inherit; margin-left:0; }
.cards { display:grid; grid-template-columns:repeat(auto-fit,minmax(235px,1fr)); gap:14px; }
.card, .box { background:var(--paper); border:1px solid var(--line); border-radius:10px; padding:16px 18px; }
.card .name { color:var(--soft); font-size:13px; }
.card .figure { font-size:32px; font-weight:650; line-height:1.25; font-variant-numeric:tabular-nums; }
.card .figure small { font-size:15px; font-weight:400; color:var(--soft); margin-left:4px; }
.under { font-size:12.5px; color:var(--soft); }
.good { color:var(--good); } .bad { color:var(--bad); }
.said { background:var(--warn); border:1px solid var(--warn-line); border-radius:10px; padding:14px 18px; margin:16px 0 0; }
.said.plain { background:var(--paper); border-color:var(--line); font-size:16px; }
.case { background:var(--paper); border:1px solid var(--line); border-left:4px solid var(--bad); border-radius:10px;
  padding:16px 18px; margin:0 0 14px; }
.case.right { border-left-color:var(--good); }
summary { cursor:pointer; font-size:13.5px; }
.strip { display:block; max-width:100%; height:auto; margin:10px 0; border-radius:6px; background:#202020; }
.charts { display:grid; grid-template-columns:repeat(auto-fill,minmax(270px,1fr)); gap:10px 18px; margin:12px 0; }
figure { margin:0; } figcaption { font-size:12px; color:var(--soft); }
figure [lang] { display:inline; } figure .name { margin:0 0 2px; font-size:12.5px; font-weight:600; }
figure .name [lang=en], figcaption [lang=en], .tag [lang=en] { font-weight:400; font-size:.92em; }
.plots { display:grid; grid-template-columns:repeat(auto-fit,minmax(420px,1fr)); gap:14px; }
.plots .box { overflow-x:auto; } .plots.tables { align-items:start; grid-template-columns:repeat(auto-fit,minmax(420px,1fr)); }
table { border-collapse:collapse; width:100%; background:var(--paper); font-size:13.5px; font-variant-numeric:tabular-nums; }
.scroll { overflow-x:auto; border:1px solid var(--line); border-radius:10px; }
th, td { text-align:left; padding:7px 12px; border-bottom:1px solid var(--line); vertical-align:top; }
th { font-weight:600; color:var(--soft); font-size:12.5px; background:#f9fafc; white-space:nowrap; }
td.bar { white-space:nowrap; } td svg { display:inline-block; vertical-align:middle; margin-left:8px; }
tr:last-child td { border-bottom:0; } td.number { text-align:right; } td.file { overflow-wrap:anywhere; }
.tag { display:inline-block; border-radius:9px; padding:0 8px; font-size:12px; background:#edf1f5; color:var(--soft); margin:0 4px 2px 0; }
.tag.good { background:#e1f3ec; color:var(--good); } .tag.bad { background:#fbe6e4; color:var(--bad); }
dl { display:grid; grid-template-columns:max-content 1fr; gap:6px 18px; margin:0; } dt { font-weight:600; } dd { margin:0; }
dd [lang] { display:block; }
svg { display:block; max-width:100%; height:auto; font:11px system-ui,"Noto Sans CJK SC",sans-serif; }
svg .grid { stroke:#e8ecf1; } svg .axis { stroke:#a9b4c0; } svg .tick { fill:#5b6875; } svg .name { fill:#3a4653; }
svg .note { fill:#5b6875; } svg .band { fill:#fdf0cf; } svg .mark { stroke:#6b7785; stroke-dasharray:4 3; }
svg .rail { fill:#e8ecf1; } svg .line { fill:none; stroke-width:2; stroke-linejoin:round; }
svg .line-good { stroke:var(--good); } svg .line-bad { stroke:var(--bad); } svg .line-blue { stroke:var(--blue); }
svg .line-grey { stroke:var(--grey); } svg .fill-good { fill:var(--good); } svg .fill-bad { fill:var(--bad); }
svg .fill-blue { fill:var(--blue); } svg .fill-grey { fill:var(--grey); }
svg .soft-good { fill:#9fd3c0; } svg .soft-bad { fill:#efb4b0; } svg .soft-blue { fill:#a9c7e6; } svg .soft-grey { fill:#c9d0d8; }
footer { color:var(--soft); font-size:12.5px; margin-top:36px; }
@media (max-width:620px) { .plots { grid-template-columns:1fr; } dl { grid-template-columns:1fr; } }
@media print { body { background:#fff; } .case, .box, .card { break-inside:avoid; } .tongues { display:none; } }
"""
