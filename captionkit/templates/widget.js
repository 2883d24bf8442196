// The front end of CaptionWidget (captionkit/widget.py), plain JavaScript for anywidget. It opens pictures in the
// browser, which can shrink them and knows what is too large, and shows what the kernel says about them.
const LONGEST = 1280        // pixels of the longer side that are sent; the network sees far fewer
const LARGEST = 6_000_000   // bytes of a file that is sent as it is: a notebook's channel breaks at about 10 MB
const PATIENCE = 5000       // milliseconds without a word from the kernel after which a reader is told

/** An element with attributes, listeners (by names that begin with `on`) and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

/** The picture in a file, no larger than needed; what the browser cannot open goes to the kernel as it is. */
async function readyToSend(file) {
  if (!file.size) throw new Error('the file is empty. Choose another one.')
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap && file.size > LARGEST) {
    const size = `${(file.size / 1e6).toFixed(0)} MB`
    throw new Error(`this browser cannot open it, and ${size} are too much to send unopened (6 MB at most). ` +
                    'Save it as JPEG, or type its path above.')
  }
  const scale = bitmap ? Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height)) : 1
  if (scale === 1 && file.size <= LARGEST) return file
  const canvas = make('canvas', {width: Math.ceil(bitmap.width * scale), height: Math.ceil(bitmap.height * scale)})
  const context = canvas.getContext('2d')
  context.fillStyle = 'white'                               // below what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}

/** The largest of a word's weights, and an even share. */
function scaleOf(weights) {
  const cells = weights.flat()
  return [Math.max(...cells), cells.reduce((sum, cell) => sum + cell) / cells.length]
}

const PLACES = [['the upper left', 'the upper middle', 'the upper right'],
                ['the left', 'the middle', 'the right'],
                ['the lower left', 'the lower middle', 'the lower right']]

/** Where a word's largest weight is, in words. */
function placeOf(weights) {
  const [largest, even] = scaleOf(weights)
  if (largest < 2 * even) return 'nothing in particular'
  const row = weights.findIndex(cells => cells.includes(largest)), column = weights[row].indexOf(largest)
  const third = (cell, cells) => Math.floor(3 * (cell + 0.5) / cells)
  return PLACES[third(row, weights.length)][third(column, weights[0].length)]
}

/** Colours the canvas by a word's weights as `veil` of captionkit/captioner.py does, at a strength of 1. */
function drawVeil(canvas, weights, {stops, full}) {
  const [largest, even] = scaleOf(weights), top = Math.max(largest, full * even)
  const height = weights.length, width = weights[0].length
  const grey = new ImageData(width, height)
  weights.flat().forEach((weight, i) => grey.data.fill(255 * weight / top, 4 * i, 4 * i + 3).fill(255, 4 * i + 3, 4 * i + 4))
  const cells = make('canvas', {width, height}), context = canvas.getContext('2d', {willReadFrequently: true})
  cells.getContext('2d').putImageData(grey, 0, 0)
  context.imageSmoothingQuality = 'high'
  context.drawImage(cells, 0, 0, canvas.width, canvas.height)
  const image = context.getImageData(0, 0, canvas.width, canvas.height), pixels = image.data
  for (let i = 0; i < pixels.length; i += 4) {
    const lit = pixels[i], place = lit / 255 * (stops.length - 1), from = Math.min(Math.floor(place), stops.length - 2)
    for (let k = 0; k < 3; k++) pixels[i + k] = stops[from][k] + (place - from) * (stops[from + 1][k] - stops[from][k])
    pixels[i + 3] = lit
  }
  context.putImageData(image, 0, 0)
}

/** Copies where the browser allows it; else the text is left selected, for Ctrl+C. */
async function copied(element) {
  getSelection().selectAllChildren(element)
  try { await navigator.clipboard.writeText(element.textContent) }
  catch { if (!document.execCommand('copy')) return false }
  getSelection().removeAllRanges()
  return true
}

function render({model, el}) {
  const {modes, overlay} = model.get('settings')
  const items = new Map()                         // by id, everything about a picture that is shown here
  let shown, pinned = null, waiting               // the picture, the place of the word that was clicked, a timer

  // ---- what is on the screen
  const files = make('input', {type: 'file', multiple: '', accept: 'image/*,.heic,.heif,.tif,.tiff', class: 'ck-file',
                               'aria-label': 'Choose pictures', onchange: () => { take(files.files); files.value = '' }})
  const source = make('input', {type: 'text', placeholder: 'or a path or web address, then Enter', spellcheck: 'false',
                                'aria-label': 'Path or web address',
                                onkeydown: event => { if (event.key === 'Enter') readFrom(source.value.trim()) }})
  const mode = make('select', {'aria-label': 'Caption mode', onchange: () => again([...items.values()], 0)},
                    ...modes.map(([label, value]) => make('option', {value}, label)))
  const another = make('button', {type: 'button', onclick: () => {
    if (!shown?.words || shown.problem) return
    if (mode.value === modes[0][1]) say(`${modes[0][0]} gives the same caption every time: choose another mode.`)
    else again([shown], shown.seed + 1)
  }}, 'Another caption')
  const strip = make('div', {class: 'ck-strip', role: 'group', 'aria-label': 'Pictures'})
  const picture = make('img'), veil = make('canvas', {'aria-hidden': 'true'})
  const frame = make('div', {class: 'ck-frame'}, picture, veil)
  const caption = make('p', {class: 'ck-caption'})
  const note = make('p', {class: 'ck-note', role: 'status'})
  const strength = make('input', {type: 'range', min: 0, max: 1, step: 0.05, value: overlay.strength,
                                  oninput: () => veil.style.opacity = strength.value})
  const copy = make('button', {type: 'button', onclick: async () => {
    say(await copied(caption) ? 'Copied.' : 'Press Ctrl+C to copy.')
  }}, 'Copy')
  const remove = make('button', {type: 'button', onclick: () => model.send({kind: 'remove', id: shown.id})}, 'Remove')
  const colour = make('label', {}, 'Colour ', strength)
  const hint = make('p', {class: 'ck-hint'}, 'Choose pictures, drop them here, or click here and paste one.')
  const root = make('div', {class: 'captionkit', tabindex: '-1', 'data-lm-suppress-shortcuts': 'true'},
    make('div', {class: 'ck-bar'}, make('label', {class: 'ck-choose'}, 'Choose pictures', files), source),
    make('div', {class: 'ck-bar'}, mode, another), strip, hint, frame, caption, note,
    make('div', {class: 'ck-foot'}, copy, remove, colour))
  el.append(root)

  // ---- showing it
  const say = (text, wrong = false) => {
    note.textContent = text
    note.classList.toggle('ck-wrong', wrong)
  }
  const rest = item => item.problem ?? (item.busy || 'Point at a word, or click it, to see where the model looked.')

  function look(place) {                                     // of a word, or null
    const item = shown, words = [...caption.querySelectorAll('.ck-word')]
    words.forEach((word, i) => {
      word.classList.toggle('ck-lit', i === place)
      word.setAttribute('aria-pressed', String(i === pinned))
    })
    veil.hidden = place === null
    if (place === null) return say(rest(item), 'problem' in item)
    Object.assign(veil, {width: picture.naturalWidth, height: picture.naturalHeight})
    drawVeil(veil, item.attention[place], overlay)
    say(`${item.words[place]}: ${Math.round(100 * item.confidence[place])}% sure, looked at ${placeOf(item.attention[place])}`)
  }

  function wordElement(word, place) {
    const pin = () => look(pinned = pinned === place ? null : place)
    return make('span', {
      class: 'ck-word', role: 'button', tabindex: 0,
      onmouseenter: () => look(place), onmouseleave: () => look(pinned),
      onfocus: () => look(place), onblur: () => look(pinned),
      onclick: event => { if (event.detail < 2 && getSelection().isCollapsed) pin() },
      onkeydown: event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pin() } },
    }, word)
  }

  function show(item) {
    pinned = null
    shown = item
    hint.hidden = !!item
    const good = item && !item.problem
    frame.hidden = !good || !item.url
    caption.hidden = copy.hidden = colour.hidden = !good || !item.words
    note.hidden = remove.hidden = !item
    showStrip()
    if (!item) return
    bringIntoView(item.thumbnail)
    if (item.url && picture.src !== item.url) picture.src = item.url
    picture.alt = item.text ? `According to the model: ${item.text}` : item.name
    root.setAttribute('aria-busy', String(!!item.busy))
    caption.replaceChildren(...(item.words ?? []).flatMap((word, i) => [' ', wordElement(word, i)]).slice(1))
    look(null)
  }

  function showStrip() {
    strip.hidden = items.size < 2
    for (const item of items.values()) showThumbnail(item)
  }

  /** A button for the item, made once: so it keeps the focus, and the strip its place. */
  function showThumbnail(item) {
    if (!item.thumbnail) strip.append(item.thumbnail = make('button', {type: 'button', title: item.name, onclick: () => show(item)}))
    const state = item.problem ? 'failed' : item.busy ? 'waiting' : item.text
    const attributes = {'aria-label': `${item.name}: ${state}`, 'aria-pressed': item === shown, class: item.busy ? 'ck-busy' : ''}
    for (const [name, value] of Object.entries(attributes)) item.thumbnail.setAttribute(name, value)
    const last = item.name.split(/[/\\]/).pop() || item.name
    const inside = item.problem ? make('span', {}, `! ${last}`) : item.url ? make('img', {src: item.url, alt: ''}) : '…'
    item.thumbnail.replaceChildren(inside)
  }

  /** Scrolls the strip, and not the notebook. */
  function bringIntoView(thumbnail) {
    const at = thumbnail.getBoundingClientRect(), seen = strip.getBoundingClientRect()
    strip.scrollLeft += Math.min(0, at.left - seen.left) + Math.max(0, at.right - seen.right)
  }

  // ---- asking the kernel
  function add(item) {
    items.set(item.id, item)
    return item
  }
  const create = (title, busy) => add({id: Math.random().toString(36).slice(2), name: title, busy})
  const refresh = item => { if (shown && item !== shown) showStrip(); else show(item) }

  function patience() {
    clearTimeout(waiting)
    if (![...items.values()].some(item => item.busy)) return
    waiting = setTimeout(() => {
      for (const item of items.values()) {
        if (item.busy) item.busy = 'Waiting for the kernel. It is busy with another cell; or it was restarted: then run this cell again.'
      }
      if (shown?.busy) show(shown)
    }, PATIENCE)
  }

  function ask(item, content, buffers = []) {
    delete item.problem
    item.busy = 'Captioning…'
    refresh(item)
    model.send({mode: mode.value, seed: 0, ...content, id: item.id}, undefined, buffers)
    patience()
  }

  async function take(list) {
    const fresh = [...list].map(file => [create(file.name || 'the picture', `Opening ${file.name}…`), file])
    if (fresh.length) show(fresh[0][0])                      // busy before anything else is done
    for (const [item, file] of fresh) {
      try {
        const small = await readyToSend(file)
        if (file.type.startsWith('image/')) item.url = URL.createObjectURL(small)
        ask(item, {kind: 'read', name: item.name}, [await small.arrayBuffer()])
      } catch (error) { hear({kind: 'problem', id: item.id, problem: `${item.name}: ${error.message}`}) }
    }
  }

  function readFrom(text) {
    if (!text) return
    const item = create(text, '')
    show(item)
    ask(item, {kind: 'read', source: text})
  }

  function again(list, seed) {                               // the one that is shown first
    list.filter(item => item.words).sort((a, b) => (b === shown) - (a === shown))
      .forEach(item => ask(item, {kind: 'caption', seed}))
  }

  // ---- hearing it
  function hear(content, buffers = []) {
    if (content.kind === 'removed') {
      const left = [...items.values()], place = left.findIndex(item => item.id === content.id)
      items.get(content.id)?.thumbnail.remove()
      items.delete(content.id)
      if (shown?.id === content.id) show(left[place + 1] ?? left[place - 1])
      return showStrip()
    }
    const item = items.get(content.id) ?? add({id: content.id, name: content.name})
    if (content.kind === 'working') item.busy = 'Captioning…'
    else {
      delete item.busy
      Object.assign(item, content)
    }
    if (buffers.length) {
      if (item.url) URL.revokeObjectURL(item.url)
      item.url = URL.createObjectURL(new Blob(buffers, {type: 'image/jpeg'}))
    }
    refresh(item)
    patience()
  }

  // ---- drop and paste
  const swallow = event => { event.preventDefault(); event.stopPropagation() }
  root.addEventListener('dragover', event => { swallow(event); root.classList.add('ck-over') })
  root.addEventListener('dragleave', () => root.classList.remove('ck-over'))
  root.addEventListener('drop', event => {
    swallow(event)
    root.classList.remove('ck-over')
    const {files: dropped} = event.dataTransfer
    if (dropped.length) take(dropped)
    else readFrom(event.dataTransfer.getData('text/uri-list').split('\n')[0].trim())
  })
  root.addEventListener('paste', event => {
    if (!event.clipboardData.files.length) return            // text goes into the field
    swallow(event)
    take(event.clipboardData.files)
  })

  veil.style.opacity = overlay.strength
  show()
  model.on('msg:custom', hear)
  model.send({kind: 'replay'})
  return () => {
    clearTimeout(waiting)
    model.off('msg:custom', hear)
    for (const item of items.values()) if (item.url) URL.revokeObjectURL(item.url)
  }
}

export default {render}
