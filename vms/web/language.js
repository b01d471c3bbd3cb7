// Every text of the page, Chinese first, and the language in use.
// Markup names its text: data-text (content), data-label (aria-label), data-tip (title), data-hint (placeholder).

import { recall, remember } from "./memory.js";

/** key: [Chinese, English]; `{name}` is filled in. */
export const TEXTS = {
  "title": ["{room} · 告警", "{room} · Alerts"],
  "room.title": ["值班室", "Monitoring room"],
  "room.none": ["还没有值班室", "No room yet"],
  "room.none.why": ["请管理员先建立值班室；建好后本页会自动打开。", "Ask the administrator to create a room; this page will open it by itself."],
  "room.choose": ["选择值班室", "Choose a room"],
  "skip.alerts": ["跳到告警", "Skip to alerts"],
  "skip.cameras": ["跳到摄像机", "Skip to cameras"],
  "alerts.label": ["告警", "Alerts"],

  "group.raised": ["待接警", "Waiting for somebody"],
  "group.taken": ["处理中", "Being handled"],
  "group.ended": ["已结束（24 小时内）", "Ended (last 24 hours)"],
  "tally.raised": ["{n} 起待接警", "{n} waiting"],
  "tally.taken": ["{n} 起处理中", "{n} being handled"],

  "quiet.title": ["一切平静", "All is quiet"],
  "quiet.what": ["有人跌倒或倒卧，或某处人数过多时，告警会立刻出现在这里。", "When a person falls or lies, or a place gets too full, the alert appears here at once."],
  "quiet.watch": ["{n} 路摄像机画面正常", "{n} cameras are live"],
  "quiet.blind.title": ["没有告警，但有摄像机看不到", "No alerts, but not every camera can see"],
  "quiet.blind": ["{n} 路摄像机没有画面：那里发生的事不会出现在这里。", "{n} without a picture: what happens there will not appear here."],
  "quiet.unwatched.title": ["没有告警，但没有一路摄像机有画面", "No alerts, but no camera can see"],
  "quiet.waiting": ["正在连接……", "Connecting…"],
  "quiet.waiting.what": ["连上之后，这里显示本室的告警。", "This room's alerts will be shown here once connected."],
  "quiet.cut.title": ["连接中断，不知道有没有新告警", "Not connected: there may be new alerts"],

  "kind.fall": ["有人跌倒", "Person fallen"],
  "kind.person_down": ["人员倒卧", "Person lying"],
  "kind.crowd": ["人数过多", "Too many people"],
  "kind.crowd.clear": ["人群已散", "Crowd cleared"],
  "kind.crowd.busy": ["人较多", "Busy"],
  "kind.crowd.crowded": ["拥挤", "Crowded"],
  "kind.crowd.dangerous": ["危险拥挤", "Dangerous crowd"],
  "kind.camera_offline": ["摄像机离线", "Camera offline"],
  "kind.camera_blind": ["摄像机看不到", "Camera cannot see"],
  "kind.camera_unrecorded": ["摄像机未能录像", "Camera is not recorded"],
  "kind.other": ["告警", "Alert"],
  "severity.critical": ["紧急", "Critical"],
  "severity.major": ["重要", "Major"],
  "severity.minor": ["一般", "Minor"],
  "state.raised": ["待接警", "Waiting"],
  "state.acknowledged": ["已接警", "Acknowledged"],
  "state.dispatched": ["已派人", "Dispatched"],
  "state.resolved": ["已处理", "Resolved"],
  "state.dismissed": ["误报", "False alarm"],

  "fact.count": ["{count} 人，上限 {limit} 人", "{count} people, limit {limit}"],
  "fact.density": ["{count} 人，每平方米 {density} 人", "{count} people, {density} per m²"],
  "fact.at_least": ["至少 {count}", "at least {count}"],
  "fact.count.alone": ["{count} 人", "{count} people"],
  "fact.score": ["证据 {percent}%", "evidence {percent}%"],
  "fact.repeated": ["已触发 {n} 次，最近 {age}", "seen {n} times, last {age}"],
  "fact.levelled": ["级别变化 {n} 次，最近 {age}", "level changed {n} times, last {age}"],
  "outage.place": ["{unit} {n} 路", "{n} cameras of {unit}"],
  "outage.since": ["自 {time} 起", "since {time}"],
  "outage.network": ["网段 {network}", "network {network}"],
  "outage.most": ["最多时 {n} 路", "{n} at the most"],
  "outage.cameras": ["摄像机清单", "The cameras"],
  "outage.reading": ["正在读取……", "Reading…"],
  "outage.failed": ["取不到清单，请再点一次。", "The list cannot be read: unfold it again."],
  "outage.back": ["{time} 已恢复", "back at {time}"],
  "outage.more": ["还有更多", "and more"],
  "taken.acknowledged": ["{who} 已接警 · {age}", "{who} has it · {age}"],
  "taken.dispatched": ["{who} 已派人 · {age}接警", "{who} has sent somebody · took it {age}"],
  "taken.unknown": ["已有人接警", "Somebody has it"],
  "note.shown": ["备注：{note}", "Note: {note}"],
  "ended.by": ["{state} · {who}", "{state} · {who}"],
  "ended.itself": ["自动恢复", "Over by itself"],

  "picture.open": ["看大图：{what}", "Enlarge: {what}"],
  "picture.alt": ["现场快照：{what}", "Snapshot: {what}"],
  "picture.waiting": ["快照还没到，正在取……", "The snapshot is on its way…"],
  "picture.none": ["没有快照", "No snapshot"],
  "picture.new": ["又有 {n} 起新告警，关闭大图查看", "{n} new: close the picture to see"],
  "picture.body": ["快照与报警依据", "Snapshot and reasons"],

  "why.title": ["为什么报警", "Why it was raised"],
  "why.choose": ["选择其中一次事件", "Choose one of its events"],
  "why.reading": ["正在读取依据……", "Reading the reasons…"],
  "why.failed": ["取不到依据：{words}", "The reasons cannot be read: {words}"],
  "why.none": ["没有留下测量曲线。", "No measurements over time were kept."],
  "why.strip": ["从左到右：由事件之前到报警时。下方左侧为距报警的秒数。", "From left to right: from before the event to the alert. Beneath each, on the left, the seconds from it."],
  "why.strip.alt": ["事件前后的五幅画面", "Five frames, from before the event to the alert"],
  "why.no_strip": ["没有事件之前的画面。", "There are no frames from before."],
  "why.made": ["规则 {rule} · 模型 {models}", "Rule {rule} · network {models}"],
  "why.chart": ["{name}：最后为 {last}，界限 {limit}", "{name}: {last} at last, mark {limit}"],
  "why.chart.plain": ["{name}：最后为 {last}", "{name}: {last} at last"],
  "measure.height": ["身高占站立时的比例", "height as share of standing"],
  "measure.trunk_deg": ["躯干偏离竖直的角度（°）", "trunk from the vertical (°)"],
  "measure.fast_drop": ["上身快速下落（占身高）", "fast drop of the body (of height)"],
  "measure.aspect": ["身体宽度与高度之比", "width of the body over its height"],
  "measure.hips": ["髋部离地高度（占身高）", "height of the hips (of height)"],
  "measure.count": ["区域内人数", "persons in the zone"],
  "measure.persons_per_m2": ["每平方米人数", "persons per square metre"],
  "mark.height": ["低于虚线：身体已放低", "below the dashed line: the body is low"],
  "mark.trunk_deg": ["低于虚线：躯干直立", "below the dashed line: the trunk is upright"],
  "mark.fast_drop": ["高于虚线：像跌倒一样快", "above the dashed line: as fast as a fall"],
  "mark.aspect": ["高于虚线：呈躺姿", "above the dashed line: wide, as who lies"],
  "mark.hips": ["低于虚线：髋部接近地面", "below the dashed line: hips near the ground"],
  "mark.count": ["虚线：该级别的人数界限", "dashed line: the mark of the level"],
  "mark.persons_per_m2": ["虚线：该级别的密度界限", "dashed line: the mark of the level"],
  "mark.other": ["虚线：规则的界限", "dashed line: the mark of the rule"],

  "act.acknowledge": ["接警", "Acknowledge"],
  "act.dispatch": ["派人", "Dispatch"],
  "act.resolve": ["处理完", "Resolve"],
  "act.dismiss": ["误报", "False alarm"],
  "act.sending": ["正在提交……", "Sending…"],
  "act.first": ["请先接警，再做这一步。", "Acknowledge it first."],
  "act.moved": ["列表刚刚移动，没有提交；请再点一次。", "The list had just moved, so nothing was sent: please click again."],

  "note.resolve": ["处理完：结果如何？", "Resolve: how did it end?"],
  "note.dismiss": ["误报：画面里其实是什么？", "False alarm: what was it really?"],
  "note.label": ["备注，可不填", "Note, optional"],
  "note.hint": ["备注（可不填），回车提交", "Note (optional), Enter to send"],
  "note.choices": ["常用备注", "Common notes"],
  "note.resolve.fall": ["已扶起，无大碍|已送医|家属已到场", "Helped up, unhurt|Taken to hospital|Family has come"],
  "note.resolve.person_down": ["已扶起，无大碍|已送医|已劝离", "Helped up, unhurt|Taken to hospital|Asked to move on"],
  "note.resolve.crowd": ["已疏散|人已散去", "Dispersed by staff|People have left"],
  "note.resolve.camera_offline": ["已恢复供电|已恢复网络|已更换设备", "Power is back|Network is back|Device replaced"],
  "note.resolve.camera_blind": ["已清除遮挡|已调整角度|已重启摄像机", "Uncovered|Turned back|Camera restarted"],
  "note.resolve.camera_unrecorded": ["已腾出磁盘空间|已更换磁盘", "Room was made|Disk replaced"],
  "note.dismiss.camera_unrecorded": ["计划内检修|已知停用", "Planned work|Known to be out of use"],
  "note.dismiss.camera_offline": ["计划内检修|已知停用", "Planned work|Known to be out of use"],
  "note.dismiss.camera_blind": ["计划内检修|夜间无照明|画面正常", "Planned work|No light at night|The picture is right"],
  "note.dismiss.fall": ["坐下或蹲下|锻炼|系鞋带|看错了影子或物品", "Sitting or squatting|Exercise|Tying a shoe|Shadow or object"],
  "note.dismiss.person_down": ["躺着休息|锻炼|坐着或蹲着|看错了影子或物品", "Resting|Exercise|Sitting or squatting|Shadow or object"],
  "note.dismiss.crowd": ["排队|正常活动|人数数错", "A queue|A planned event|Miscounted"],

  "name.title": ["您是哪位？", "Who is on duty?"],
  "name.why": ["接警时会记下您的姓名，让其他人知道谁在处理。本机会记住，换班时可在右上角更改。", "Your name is kept with what you take, so that others know who has it. This browser remembers it; change it at the top when the shift changes."],
  "name.save": ["确定", "Save"],
  "name.set": ["填写姓名", "Your name"],
  "name.change": ["值班员：{who}，点击更改", "On duty: {who}. Click to change"],
  "dialog.cancel": ["取消", "Cancel"],
  "dialog.close": ["关闭", "Close"],

  "connection.connecting": ["正在连接", "Connecting"],
  "connection.connected": ["已连接", "Connected"],
  "connection.reconnecting": ["重新连接中，自 {time}", "Reconnecting since {time}"],
  "connection.offline": ["网络断开，自 {time}", "Offline since {time}"],
  "banner.cut": ["与服务器的连接自 {time} 中断（{span}）。下面可能不是最新情况，正在自动重连。", "The connection was lost at {time} ({span}). What you see may be out of date; reconnecting."],
  "banner.offline": ["本机网络自 {time} 断开（{span}）。下面不是最新情况，请检查网线或无线网络。", "This computer has been offline since {time} ({span}). What you see is out of date: check the network."],

  "sound.enable": ["开启声音", "Enable sound"],
  "sound.waiting": ["点此恢复声音", "Click to restore sound"],
  "sound.on": ["声音已开", "Sound on"],
  "sound.tip": ["新告警响铃；无人接警时每 30 秒再响一次", "Rings on a new alert, and again every 30 s while nobody has taken it"],
  "theme.toggle": ["切换深色/浅色", "Switch dark/light"],
  "language.other": ["English", "中文"],

  "cameras.title": ["摄像机", "Cameras"],
  "cameras.tally": ["{live}/{all} 正常", "{live}/{all} live"],
  "cameras.none": ["还没有登记摄像机。", "No cameras are registered yet."],
  "cameras.unknown": ["取不到摄像机状态；下面是 {age} 的情况。", "Camera states cannot be read; shown as of {age}."],
  "camera.synthetic": ["合成画面 synthetic", "synthetic 合成画面"],
  "camera.live": ["正常", "Live"],
  "camera.degraded": ["质量下降", "Degraded"],
  "camera.never_connected": ["从未连上", "Never connected"],
  "camera.stalled": ["画面停住", "Stalled"],
  "camera.frozen": ["画面冻结", "Frozen"],
  "camera.black": ["黑屏", "Black"],
  "camera.covered": ["看不清", "Covered"],
  "camera.turned": ["转向别处", "Turned away"],
  "camera.unrecorded": ["未能录像", "Not recorded"],
  "camera.offline": ["连不上", "No connection"],
  "camera.not_watched": ["未监看", "Not watched"],
  "camera.disabled": ["已停用", "Disabled"],
  "camera.main": ["主码流", "main"],
  "camera.sub": ["子码流", "sub"],
  "camera.for": ["已 {span}", "for {span}"],
  "list.comma": ["、", ", "],
  "cause.refused": ["拒绝连接", "refused"],
  "cause.unauthorised": ["账号或密码错误", "wrong account"],
  "cause.unreachable": ["网络不通", "unreachable"],
  "cause.no_video": ["没有视频", "no video"],
  "cause.hung_up": ["连接被断开", "hung up"],
  "cause.no_packets": ["收不到数据", "no packets"],
  "cause.packet_loss": ["丢包", "packet loss"],
  "cause.low_fps": ["帧率低", "low frame rate"],
  "cause.long_gop": ["关键帧间隔过长", "keyframes too rare"],
  "cause.clock_drift": ["时钟漂移", "clock drift"],
  "cause.no_change": ["画面不变", "picture does not change"],
  "cause.dark": ["黑暗", "dark"],
  "cause.covered": ["被遮挡", "covered"],
  "cause.defocused": ["失焦", "out of focus"],
  "cause.turned": ["画面已转向", "view has changed"],
  "cause.disk": ["磁盘拒绝写入", "the disk refuses"],

  "keys.label": ["键盘快捷键", "Keyboard shortcuts"],
  "keys.on": ["快捷键", "Shortcuts"],
  "keys.move": ["选择", "Select"],
  "keys.look": ["看大图", "Enlarge"],

  "spoken.raised": ["新告警：{what}", "New alert: {what}"],
  "spoken.rose": ["人群加剧：{what}", "The crowd grows: {what}"],
  "spoken.eased": ["人群缓解：{what}", "The crowd eases: {what}"],
  "spoken.state": ["{what}：{state}", "{what}: {state}"],

  "error.taken": ["{who} 已先接警。", "{who} already has it."],
  "error.unreachable": ["没有连上服务器，未提交。请再试一次。", "The server could not be reached; nothing was sent. Please try again."],
  "error.slow": ["服务器没有及时回答，不知道是否已提交；稍后会自动显示结果。", "The server did not answer in time; it may or may not have been sent. The result will show by itself."],
  "error.other": ["服务器没有接受（{status}）。请再试一次，或告诉管理员。", "The server refused ({status}). Try again, or tell the administrator."],
  "error.load": ["取不到本室的告警：{words} 正在重试。", "This room's alerts cannot be read: {words} Retrying."],
  "error.load.plain": ["服务器没有应答。", "The server does not answer."],

  "age.seconds": ["{s} 秒前", "{s}s ago"],
  "age.minutes": ["{m} 分 {s} 秒前", "{m}m {s}s ago"],
  "age.hours": ["{h} 小时 {m} 分前", "{h}h {m}m ago"],
  "age.days": ["{d} 天 {h} 小时前", "{d}d {h}h ago"],
  "span.seconds": ["{s} 秒", "{s}s"],
  "span.minutes": ["{m} 分 {s} 秒", "{m}m {s}s"],
  "span.hours": ["{h} 小时 {m} 分", "{h}h {m}m"],
  "span.days": ["{d} 天 {h} 小时", "{d}d {h}h"],
};

const COLUMN = { zh: 0, en: 1 };
const followers = new Set();
let current = recall("language") === "en" ? "en" : "zh";

export const language = () => current;

export function useLanguage(code) {
  current = code;
  remember("language", code);
  for (const follow of followers) follow();
}

/** Call `follow` after each change of language. */
export function onLanguage(follow) {
  followers.add(follow);
}

export function say(key, values = {}) {
  const text = TEXTS[key]?.[COLUMN[current]] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The words of a `{en, zh}` message of the server, in the language in use. */
export const words = (message) => message?.[current] || message?.en || message?.zh || "";

/** Fill in every text that the markup under `root` names. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  for (const node of root.querySelectorAll("[data-tip]")) node.title = say(node.dataset.tip);
  for (const node of root.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
}
