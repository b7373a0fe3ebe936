import '@angular/compiler'
import { TestBed } from '@angular/core/testing'
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing'

// To be imported before components, in a spec with the environment `pageEnvironment.mjs`.
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting())
