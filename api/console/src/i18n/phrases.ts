/** Sentences that the pipeline writes in English, and how they read in Chinese. The first that fits whole is taken. */
export const phrases: readonly (readonly [RegExp, string])[] = [
  [/^no stream was measured$/, '未测到视频流'],
  [/^measured (\d+)×(\d+)$/, '实测 $1×$2'],
  [/^measured (\d+)×(\d+), less than (\d+)×(\d+)$/, '实测 $1×$2，低于 $3×$4'],
  [/^live picture pulled within 7 days$/, '7 天内成功取流'],
  [/^not in the catalogue of the shared platform$/, '不在共享平台目录中'],
  [/^no live picture was ever pulled$/, '从未成功取流'],
  [/^the last pull lies in the future$/, '最近取流时间晚于当前'],
  [/^the last pull is older than 7 days$/, '最近取流已超过 7 天'],
  [
    /^online ([\d.]+) s of ([\d.]+) s required, ([\d.]+) s unknown$/,
    '应在线 $2 秒，实际在线 $1 秒，状态未知 $3 秒',
  ],
  [/^seen by (.+)$/, '可见于：$1'],
  [/^no camera is bound to it$/, '未绑定摄像机'],
  [/^no bound camera is in service with a known field of view$/, '绑定的摄像机均不在用或视场未知'],
  [/^outside the view of (.+)$/, '不在视场内：$1'],
];
