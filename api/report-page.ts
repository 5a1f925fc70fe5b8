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
<textarea id="text" required minlength="4" maxlength="500" rows="4"></textarea>
<label for="place">在哪里（路名、门牌、灯杆号） <span lang="en">Where: road, number, pole</span></label>
<input id="place" maxlength="120" autocomplete="off">
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
#answer{min-height:1.6em}`;

export const reportScript = `const form = document.getElementById('form');
const answer = document.getElementById('answer');
let reportKey = crypto.randomUUID();
const whereIAm = () => new Promise((resolve) => {
  if (!document.getElementById('here').checked || !navigator.geolocation) { resolve(null); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), () => resolve(null), { timeout: 8000 });
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  answer.textContent = '…';
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
      answer.textContent = '已收到 / Received: ' + sourceId;
      reportKey = crypto.randomUUID();
      form.reset();
    } else if (response.status === 429) {
      answer.textContent = '提交过于频繁，请稍后再试 / Too many reports, please wait';
    } else {
      answer.textContent = '没有提交成功，请检查内容 / Not sent, please check what you wrote';
    }
  } catch {
    answer.textContent = '网络不通，请稍后再试 / No connection, please try again';
  }
});
`;
