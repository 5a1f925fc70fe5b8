/**
 * The public page: what and where, in Chinese and English, and nothing of who. Its script is its own file, because the
 * security policy allows no script inside a page.
 */
export const reportPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>随手报 · Report</title>
<link rel="stylesheet" href="/report.css">
</head>
<body>
<main>
<h1>随手报 <small lang="en">Report what you see</small></h1>
<p>不需要姓名和电话，请不要填写个人信息。<br><span lang="en">No name, no number. Please write nothing about yourself.</span></p>
<form id="form">
<label for="text">发生了什么 <span lang="en">What happened</span></label>
<textarea id="text" required minlength="4" maxlength="500" rows="4" placeholder="例：路边有人倒了一袋装修垃圾"></textarea>
<label for="place">在哪里（路名、门牌、灯杆号） <span lang="en">Where: road, number, pole</span></label>
<input id="place" maxlength="120" autocomplete="off" placeholder="例：槐安街20号对面，灯杆HAJ-018旁">
<label class="inline"><input id="here" type="checkbox"> 附上我现在的位置 <span lang="en">Add where I am now</span></label>
<button type="submit">提交 <span lang="en">Send</span></button>
</form>
<p id="answer" role="status"></p>
</main>
<script src="/report.js"></script>
</body>
</html>
`;

export const reportStyle = `body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:0;background:#f4f6f8;color:#1d2733}
main{max-width:34rem;margin:0 auto;padding:1.5rem}h1{font-size:1.4rem}small,span[lang]{color:#5a6875;font-size:.85em}
label{display:block;margin:1rem 0 .3rem}textarea,input[maxlength]{width:100%;box-sizing:border-box;padding:.6rem;font:inherit;border:1px solid #b5c0ca;border-radius:6px}
button{margin-top:1.2rem;padding:.7rem 1.4rem;font:inherit;color:#fff;background:#1f5f99;border:0;border-radius:6px}button span[lang]{color:#dbe8f3}
button:disabled{opacity:.6}textarea:focus,input:focus,button:focus-visible{outline:2px solid #1f5f99;outline-offset:1px}
.inline{display:flex;gap:.5rem;align-items:center}span[lang]{font-weight:400}label{font-weight:600}
#answer{min-height:1.6em;overflow-wrap:anywhere}#answer.done,#answer.failed{padding:.6rem .8rem;border-radius:6px}#answer.done{background:#e6f4ea;color:#1e5c34}#answer.failed{background:#fdecea;color:#8c1d18}
main{background:#fff;border-radius:10px;margin-top:1rem}@media(max-width:36rem){main{margin-top:0;border-radius:0}button{width:100%}}`;

export const reportScript = `const form = document.getElementById('form');
const answer = document.getElementById('answer');
const button = form.querySelector('button');
// crypto.randomUUID is only there on https and on this machine; the page may be reached by plain http.
const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
let reportKey = newKey();
const say = (kind, text) => { answer.className = kind; answer.textContent = text; };
// Browsers give a position only to pages that come by https.
if (!window.isSecureContext || !navigator.geolocation) document.getElementById('here').closest('label').remove();
const whereIAm = () => new Promise((resolve) => {
  if (document.getElementById('here')?.checked !== true) { resolve(null); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), () => resolve(null), { timeout: 8000 });
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  say('', '…');
  button.disabled = true;
  const coords = await whereIAm();
  const body = {
    reportKey,
    text: document.getElementById('text').value,
    placeText: document.getElementById('place').value,
    lonDeg: coords ? coords.longitude : null,
    latDeg: coords ? coords.latitude : null,
  };
  try {
    const response = await fetch('/api/public/reports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      const { sourceId } = await response.json();
      say('done', '已收到，编号 / Received: ' + sourceId);
      reportKey = newKey();
      form.reset();
    } else if (response.status === 429) {
      say('failed', '提交过于频繁，请稍后再试 / Too many reports, please wait');
    } else {
      say('failed', '没有提交成功，请检查内容 / Not sent, please check what you wrote');
    }
  } catch {
    say('failed', '网络不通，请稍后再试 / No connection, please try again');
  } finally {
    button.disabled = false;
  }
});
`;
