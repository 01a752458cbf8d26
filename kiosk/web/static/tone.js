// The kiosk's sounds, made by the browser: nothing is fetched. Below 2.5 kHz, which old ears still hear, each tone long
// enough to be noticed, none alike (JIS S 0013, ISO 24500). tests/browser/test_tones.py listens to them.
"use strict";
// [hertz, seconds after the beginning, seconds it lasts, share of its loudness that is left at the end]
const SOUNDS = {
  count: [[880, 0, 0.15, 1]],  // one of the countdown's seconds
  taken: [[1320, 0, 0.35, 0.5]],  // the picture is being taken
  call: [[659.25, 0, 1.2, 0.1], [523.25, 0.45, 1.4, 0.1]],  // E5, C5: as station gongs fall
};
const LOUD = 0.5, SWELL = 0.015;

function sound(audio, name) {
  for (const [hertz, after, seconds, left] of SOUNDS[name]) {
    const [source, loudness, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + after];
    source.type = "triangle";  // a few overtones: small loudspeakers give a pure low tone hardly at all
    source.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(LOUD, at + SWELL);
    loudness.gain.exponentialRampToValueAtTime(LOUD * left, at + seconds - SWELL);
    loudness.gain.linearRampToValueAtTime(0, at + seconds);
    source.connect(loudness).connect(audio.destination);
    source.start(at);
    source.stop(at + seconds);
  }
}
