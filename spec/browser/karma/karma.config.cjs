module.exports = config => {
  config.set({
    frameworks: ['jasmine'],
    plugins: [require('karma-jasmine'), require('karma-chrome-launcher')],
    browsers: ['Chrome'],
    customLaunchers: {
      // Chrome does not start as root with its sandbox.
      Chrome: { base: 'ChromeHeadless', flags: ['--no-sandbox', '--disable-gpu'] },
    },
    reporters: ['dots'],
    singleRun: true,
    restartOnFileChange: false,
  })
}
