// Pointing at a word, touching it or reaching it by the Tab key lays its attention over the picture; the slider says
// how strongly.
document.querySelectorAll('.word').forEach(word => {
  const veil = word.closest('figure').querySelector('.veil')
  const show = () => veil.style.backgroundImage = `url(${word.dataset.veil})`
  const hide = () => veil.style.backgroundImage = ''
  for (const name of ['mouseenter', 'focus', 'touchstart']) word.addEventListener(name, show, {passive: true})
  for (const name of ['mouseleave', 'blur']) word.addEventListener(name, hide)
})
const slider = document.getElementById('strength')
const paint = () => document.documentElement.style.setProperty('--strength', slider.value)
slider?.addEventListener('input', paint)
if (slider) paint()
